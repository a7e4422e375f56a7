#pragma once

#include <optional>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// Asks the person at the terminal: for -on-error=ask, -debug and breakpoints, and what a bastion
/// wants to know (ssh_bastion_interactive). Called by one build at a time.
class Prompter {
public:
    enum class Echo {
        shown,
        hidden,  ///< what is typed: a password
    };

    virtual ~Prompter() = default;

    /// Shows `question` for `build` and waits for a line. Nothing when there is nobody to ask (no
    /// terminal, end of input) or `stop` was requested.
    virtual std::optional<std::string> ask(
        const std::string& build, const std::string& question, Echo echo, std::stop_token stop
    ) = 0;
};

}  // namespace kiln::exec
