#pragma once

#include <optional>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// Asks the person at the terminal; used by -on-error=ask, -debug and breakpoints only. Called by
/// one build at a time.
class Prompter {
public:
    virtual ~Prompter() = default;

    /// Shows `question` for `build` and waits for a line. Nothing when there is nobody to ask (no
    /// terminal, end of input) or `stop` was requested.
    virtual std::optional<std::string> ask(
        const std::string& build, const std::string& question, std::stop_token stop
    ) = 0;
};

}  // namespace kiln::exec
