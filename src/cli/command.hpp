#pragma once

#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/session.hpp"

namespace kiln::cli {

/// One command: says what may stand on its line, then runs with what stood there.
class Command {
public:
    virtual ~Command() = default;
    virtual void declare(CommandLine& line) = 0;
    /// Throws Error for what cannot continue.
    virtual ExitCode run(Session& session) = 0;
};

}  // namespace kiln::cli
