#pragma once

#include "base/error.hpp"
#include "cli/command_line.hpp"

namespace kiln::cli {

/// How a command that deletes is told to go about it.
struct DeletionOptions {
    bool dry_run = false;
    bool yes = false;
    bool force = false;
    bool json = false;

    void declare(CommandLine& line) {
        line.flag("dry-run", dry_run);
        line.flag("yes", yes);
        line.flag("force", force);
        line.flag("json", json);
    }

    void check() const {
        if (json && !dry_run && !yes) {
            throw Error(ErrorKind::usage, "-json asks nothing, so it needs -yes or -dry-run");
        }
    }
};

}  // namespace kiln::cli
