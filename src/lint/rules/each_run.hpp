#pragma once

#include "lint/subject.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::lint {

/// Calls `look(command, invocation)` for every command of a script that runs a program.
template <class Look>
void each_run(const Script& script, Look look) {
    for (const shell::Command& command : script.shell.commands) {
        if (command.run) {
            look(command, *command.run);
        }
    }
}

/// Calls `look(script, command, invocation)` for all scripts.
template <class Look>
void each_run(const Subject& subject, Look look) {
    for (const auto& script : subject.scripts()) {
        each_run(*script, [&](const shell::Command& command, const shell::Invocation& run) {
            look(*script, command, run);
        });
    }
}

/// The letter "e" among the flags of the interpreter or of a `set`, or an ERR trap.
bool has_errexit(const Script& script);
bool has_pipefail(const Script& script);

/// The text of a command as it is written, its here-documents included.
std::string written_text(const Script& script, const shell::Command& command);

/// Files that a command writes: its output redirects and the operands of tee.
struct WrittenFile {
    shell::Word path;
    bool append = false;
};
std::vector<WrittenFile> written_files(const shell::Command& command);

}  // namespace kiln::lint
