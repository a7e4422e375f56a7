#pragma once

namespace kiln::cli {

enum class ExitCode {
    done = 0,
    failed = 1,  ///< the work, or the template, is at fault; an interrupted build too, as in Packer
    wrong_usage = 2,
    would_change = 3,       ///< kiln fmt -check: a file is not in the layout; kiln diff -exit-code
    no_such_command = 127,  ///< when called "packer", as Packer does
    interrupted = 130,
};

}  // namespace kiln::cli
