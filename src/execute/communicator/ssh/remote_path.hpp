#pragma once

#include <string>

namespace kiln::exec {

/// A path of the machine for its shell: quoted, but for a "~" or "~user" at its beginning, which
/// the shell shall expand, and with "./" before one that looks like an option.
std::string quote_remote_path(const std::string& path);

/// The folder that holds `path`, in the machine's terms: "~" for "~/a", "." for "a".
std::string remote_parent(const std::string& path);

/// The last name of `path`.
std::string remote_name(const std::string& path);

}  // namespace kiln::exec
