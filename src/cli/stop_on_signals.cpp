#include "cli/stop_on_signals.hpp"

#include "base/error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

constexpr std::array kWatched = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

// A handler may do little more than write to a descriptor, and can be handed nothing else.
std::atomic<int> g_write_end{-1};

extern "C" void pass_on(int signal_number) {
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(signal_number);
    // Nothing can be done about a full pipe, and 64 KiB of signals have said enough.
    [[maybe_unused]] const ssize_t written = ::write(g_write_end, &byte, 1);
    errno = saved;
}

void install(int signal_number, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, nullptr);
}

}  // namespace

StopOnSignals::StopOnSignals() {
    std::array<int, 2> ends = {};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw system_error("making a pipe for signals", errno);
    }
    read_end_ = ends[0];
    write_end_ = ends[1];
    g_write_end = write_end_;
    watcher_ = std::jthread([this] { watch(); });
    for (const int signal_number : kWatched) {
        install(signal_number, pass_on);
    }
}

StopOnSignals::~StopOnSignals() {
    for (const int signal_number : kWatched) {
        // A pipe that lost its reader stays quiet: the last lines of a command are not worth dying.
        install(signal_number, signal_number == SIGPIPE ? SIG_IGN : SIG_DFL);
    }
    g_write_end = -1;
    close(write_end_);  // the watcher reads the end of the pipe
    watcher_.join();
    close(read_end_);
}

void StopOnSignals::watch() {
    unsigned char signal_number = 0;
    bool asked_already = false;
    while (true) {
        const ssize_t got = ::read(read_end_, &signal_number, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got != 1) {
            return;
        }
        stop_.request_stop();
        if (signal_number == SIGPIPE) {
            continue;  // every further line of output raises it again
        }
        if (asked_already) {
            _exit(128 + SIGINT);
        }
        asked_already = true;
    }
}

}  // namespace kiln::cli
