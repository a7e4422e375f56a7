#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kiln::tmpl::text {

/// Throws Error (kind input): "line 2, column 5: message" for a byte of a text template.
[[noreturn]] void fail(
    std::string_view text, std::size_t offset, const std::string& message, std::string hint = {}
);

}  // namespace kiln::tmpl::text
