#pragma once

#include "plan/option_table.hpp"

#include <optional>
#include <string>

namespace kiln::plan {

/// Builder `file`: the artifact is a copy of a file, or of a text.
struct FileBuilderOptions {
    std::optional<std::string> source;
    std::optional<std::string> content;
    std::string target;

    bool operator==(const FileBuilderOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
