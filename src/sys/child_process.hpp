#pragma once

#include "sys/process_runner.hpp"
#include "sys/unique_fd.hpp"

#include <sys/types.h>

namespace kiln::sys {

/// What a forked child does before it looks for its working directory and its program. Runs
/// between fork and exec of a process that has threads: system calls only, no allocation.
struct ChildHook {
    /// 0, or the errno of what failed.
    int (*enter)(const void* data) = nullptr;
    const void* data = nullptr;
};

/// A started command with the host's ends of its pipes. Kills its group and reaps it if nobody
/// has waited for it.
class ChildProcess {
public:
    /// Throws when the program can not be started; no process is left then.
    ChildProcess(const Command& command, const ChildHook& hook);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Passes output on until the end; see ProcessRunner::run.
    ExitStatus supervise(const OutputSink& output, std::stop_token stop);

private:
    void report_failed_start(UniqueFd failure);
    ExitStatus reap();

    const Command& command_;
    pid_t pid_ = -1;
    UniqueFd pid_fd_;
    UniqueFd out_;
    UniqueFd err_;
};

}  // namespace kiln::sys
