#include "cli/stop_on_signals.hpp"

#include <condition_variable>
#include <csignal>
#include <gtest/gtest.h>
#include <mutex>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::cli {
namespace {

void wait_for_stop(const std::stop_token& token) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, token, [] { return false; });
}

TEST(StopOnSignals, TheFirstSignalAsksForAStop) {
    for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        const StopOnSignals signals;
        EXPECT_FALSE(signals.token().stop_requested());
        raise(signal_number);
        wait_for_stop(signals.token());
        EXPECT_TRUE(signals.token().stop_requested());
    }
}

TEST(StopOnSignalsDeathTest, TheSecondEndsTheProcess) {
    const auto two_signals = [] {
        const StopOnSignals signals;
        raise(SIGPIPE);  // counts for nothing here: each further line of output raises it
        raise(SIGPIPE);
        raise(SIGTERM);
        wait_for_stop(signals.token());
        raise(SIGTERM);
        pause();
    };
    EXPECT_EXIT(two_signals(), testing::ExitedWithCode(130), "");
}

TEST(StopOnSignals, ABrokenPipeStaysQuietAfterwards) {
    { const StopOnSignals signals; }
    raise(SIGPIPE);  // would end this test
    std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace kiln::cli
