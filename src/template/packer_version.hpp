#pragma once

#include <string_view>

namespace kiln::tmpl {

/// The version of Packer whose templates kiln reads: `packer.version`, `required_version`.
inline constexpr std::string_view kPackerVersion = "1.16.0";

}  // namespace kiln::tmpl
