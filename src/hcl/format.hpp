#pragma once

#include "base/diagnostics.hpp"

#include <optional>
#include <string>

namespace kiln::hcl {

/// The text of `file` in the language's one layout: two spaces for each level of brackets, one
/// space between most tokens, the `=` of neighbouring lines in one column, and so their comments.
/// Only blanks change; no line is broken or joined, and a text that is in this layout stays as it
/// is. Nothing when the file can not be parsed; why is in `diagnostics`.
std::optional<std::string> format_config(const SourceFile& file, Diagnostics& diagnostics);

}  // namespace kiln::hcl
