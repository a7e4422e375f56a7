#pragma once

#include "plan/option_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Post-processor `sbom`: the software bill of materials of the artifact's image.
struct SbomOptions {
    std::vector<std::string> formats = {"spdx"};
    /// Rendered once for each format, with .BuildName, .BuilderType and .Format. Without it each
    /// stands beside the image.
    std::optional<std::string> output;

    bool operator==(const SbomOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
