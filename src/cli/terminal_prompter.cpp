#include "cli/terminal_prompter.hpp"

#include <array>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

// How soon a stop is noticed while a question stands.
constexpr int kPollMilliseconds = 100;

/// Waits for input. False when the wait is to end without any.
bool wait_for_input(const std::stop_token& stop) {
    pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (!stop.stop_requested()) {
        if (poll(&input, 1, kPollMilliseconds) > 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<std::string> TerminalPrompter::ask(
    const std::string& build, const std::string& question, std::stop_token stop
) {
    const std::lock_guard lock(mutex_);
    before_asking_();
    std::printf("==> %s: %s ", build.c_str(), question.c_str());
    std::fflush(stdout);
    while (pending_.find('\n') == std::string::npos) {
        std::array<char, 512> piece = {};
        const ssize_t got =
            wait_for_input(stop) ? ::read(STDIN_FILENO, piece.data(), piece.size()) : 0;
        if (got <= 0) {
            return std::nullopt;
        }
        pending_.append(piece.data(), static_cast<std::size_t>(got));
    }
    const std::size_t end = pending_.find('\n');
    std::string answer = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return answer;
}

}  // namespace kiln::cli
