#include "cli/terminal_prompter.hpp"

#include <array>
#include <cstdio>
#include <poll.h>
#include <termios.h>
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

/// What is typed at the terminal is not shown while this lives.
class HiddenTyping {
public:
    HiddenTyping() : is_terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        set(silent);
    }
    ~HiddenTyping() {
        set(before_);
        // The line's end was not shown either.
        std::printf("\n");
        std::fflush(stdout);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    void set(const termios& modes) const {
        if (is_terminal_) {
            tcsetattr(STDIN_FILENO, TCSANOW, &modes);
        }
    }

    termios before_{};
    bool is_terminal_;
};

}  // namespace

std::optional<std::string> TerminalPrompter::ask(
    const std::string& build, const std::string& question, Echo echo, std::stop_token stop
) {
    const std::lock_guard lock(mutex_);
    before_asking_();
    std::optional<HiddenTyping> hidden;
    if (echo == Echo::hidden) {
        hidden.emplace();
    }
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
