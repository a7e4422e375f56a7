#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// Runs a command on the machine with this input, and returns what it writes to its output. How it
/// ends does not matter.
using AskMachine = std::function<std::string(const std::string& command, const std::string& input)>;

/// Files below the folder `local`, by their names relative to it, that the machine has below
/// `remote_path` already: with the same mode and the same bytes, as the far end's sha256sum counts
/// them. None where it has no stat, xargs or sha256sum. Asks once when nothing is the same, else
/// twice.
std::set<std::string> unchanged_files(
    const std::filesystem::path& local,
    const std::string& remote_path,
    const AskMachine& ask,
    const std::stop_token& stop
);

}  // namespace kiln::exec
