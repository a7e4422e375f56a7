#pragma once

#include <string>
#include <string_view>

namespace kiln::plan {

/// Why `text` is no private key that can be used by itself: it is something else, or is locked with
/// a passphrase. "" for PEM and OpenSSH's own form that are neither. The numbers within are not
/// looked at.
std::string private_key_problem(std::string_view text);

}  // namespace kiln::plan
