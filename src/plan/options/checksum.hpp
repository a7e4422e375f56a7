#pragma once

#include "plan/option_table.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// Post-processor `checksum`: writes digests of the artifact's files.
struct ChecksumOptions {
    std::vector<std::string> checksum_types = {"md5"};
    /// Rendered once for each type, with .BuildName, .BuilderType and .ChecksumType.
    std::string output = "packer_{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.checksum";

    bool operator==(const ChecksumOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
