#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kiln::disk {

/// The value of a system.posix_acl_* attribute as text with numeric ids, the form that acl(5) calls
/// short: "user::rw-,user:1000:r--,group::r--,mask::r--,other::---". Nothing when it is none.
std::optional<std::string> posix_acl_text(std::string_view value);

}  // namespace kiln::disk
