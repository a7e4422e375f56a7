#pragma once

#include "execute/prompter.hpp"

#include <functional>
#include <mutex>

namespace kiln::cli {

/// Asks on standard output and reads the answer from standard input.
class TerminalPrompter : public exec::Prompter {
public:
    /// `before_asking` makes room on the terminal (removes progress lines).
    explicit TerminalPrompter(std::function<void()> before_asking)
        : before_asking_(std::move(before_asking)) {}

    std::optional<std::string> ask(
        const std::string& build, const std::string& question, Echo echo, std::stop_token stop
    ) override;

private:
    std::function<void()> before_asking_;
    std::mutex mutex_;     ///< one question at a time
    std::string pending_;  ///< read, and not yet a whole line
};

}  // namespace kiln::cli
