#pragma once

#include "plan/option_table.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// Post-processor `artifice`: other files than the builder's become the artifact.
struct ArtificeOptions {
    std::vector<std::string> files;

    bool operator==(const ArtificeOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
