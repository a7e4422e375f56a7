#pragma once

#include "cli/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::cli {

// kiln called through a link named "packer" stands in for it where scripts have its name: help and
// version look as Packer's do, messages go to standard output, exit codes are Packer's. Templates
// mean the same under either name.

/// Whether argv[0] is the name "packer", in any folder.
bool is_packer(const std::string& called);

/// Whether a command line begins with a command.
bool is_command(const std::vector<std::string>& words);

/// The page of a command, "" for that of the program; it speaks of the name the program has.
std::string page_for(const Session& session, std::string_view name);

}  // namespace kiln::cli
