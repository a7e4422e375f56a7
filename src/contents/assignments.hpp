#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kiln::contents {

/// Variables by name.
using Assignments = std::map<std::string, std::string>;

/// Adds what a file of shell assignments says: `NAME=value`, `NAME+=value`, `export NAME=value`;
/// quotes, backslashes, comments, and $NAME or ${NAME} of variables already known (others are
/// empty). That is the form of os-release(5) and of /etc/default/grub; other shell is passed over.
void read_assignments(std::string_view text, Assignments& variables);

}  // namespace kiln::contents
