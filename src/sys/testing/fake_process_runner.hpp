#pragma once

#include "sys/process_runner.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace kiln::sys {

/// Answers commands by a function of the test and remembers them. Without a function every command
/// succeeds in silence.
class FakeProcessRunner final : public ProcessRunner {
public:
    using Answer = std::function<ExitStatus(const Command&, const OutputSink&)>;

    FakeProcessRunner() = default;
    explicit FakeProcessRunner(Answer answer) : answer_(std::move(answer)) {}

    ExitStatus run(
        const Command& command, const OutputSink& output, std::stop_token /*stop*/
    ) override {
        {
            std::scoped_lock lock(mutex_);
            commands_.push_back(command);
        }
        return answer_ ? answer_(command, output) : ExitStatus{};
    }

    std::vector<Command> commands() {
        std::scoped_lock lock(mutex_);
        return commands_;
    }

private:
    std::mutex mutex_;
    std::vector<Command> commands_;
    Answer answer_;
};

}  // namespace kiln::sys
