#pragma once

#include "plan/check.hpp"

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
    static void check(const DecodedOptions& options, const CheckContext& context);
};

}  // namespace kiln::plan
