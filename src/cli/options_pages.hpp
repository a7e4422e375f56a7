#pragma once

#include <map>
#include <string>

namespace kiln::cli {

/// The reference of all options, from the tables that decode them. By path within docs/:
/// "options.md" leads to "options/builder-qemu.md", one page for each type, and to
/// "options/communicator.md", one for each table that several types share.
std::map<std::string, std::string> options_pages();

}  // namespace kiln::cli
