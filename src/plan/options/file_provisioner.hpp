#pragma once

#include "plan/option_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Provisioner `file`: copies files to the machine, or from it.
struct FileProvisionerOptions {
    std::optional<std::string> source;
    std::vector<std::string> sources;    ///< before `source`
    std::optional<std::string> content;  ///< instead of files
    std::string destination;
    std::string direction = "upload";  ///< or "download"
    bool generated = false;            ///< the source need not exist before the build

    bool operator==(const FileProvisionerOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
