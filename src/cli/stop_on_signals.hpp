#pragma once

#include <stop_token>
#include <thread>

namespace kiln::cli {

/// While it lives, the first SIGINT, SIGTERM or SIGHUP asks for a stop, and the second ends the
/// process at once: what it ran dies with it, and `kiln sweep` clears what it left. A reader of
/// standard output that goes away (SIGPIPE) asks for a stop too. At most one at a time.
class StopOnSignals {
public:
    StopOnSignals();
    ~StopOnSignals();
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;

    std::stop_token token() const { return stop_.get_token(); }

private:
    void watch();

    std::stop_source stop_;
    int read_end_ = -1;
    int write_end_ = -1;
    std::jthread watcher_;
};

}  // namespace kiln::cli
