#pragma once

#include "base/strings.hpp"
#include "execute/events.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace kiln::exec {

/// Remembers every event as a line of text, those of steps apart. May be shared by threads.
class RecordingSink final : public EventSink {
public:
    void on_event(const Event& event) override {
        const std::lock_guard lock(mutex_);
        const bool is_of_step =
            std::holds_alternative<StepBegan>(event) || std::holds_alternative<StepEnded>(event);
        (is_of_step ? steps_ : lines_).push_back(std::visit(ToLine{}, event));
    }

    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::vector<std::string> steps() {
        const std::lock_guard lock(mutex_);
        return steps_;
    }
    std::vector<std::string> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(lines_, {});
    }

private:
    struct ToLine {
        static std::string who(const auto& e) {
            return e.build + (e.component.empty() ? "" : " (" + e.component + ")") + ": " + e.text;
        }
        std::string operator()(const RunStarted& e) const {
            return "run started: " + join(e.builds, " ");
        }
        std::string operator()(const BuildStarted& e) const { return "started " + e.build; }
        std::string operator()(const Said& e) const { return "say " + who(e); }
        std::string operator()(const SaidError& e) const { return "error " + who(e); }
        std::string operator()(const OutputLine& e) const {
            return (e.is_stderr ? "err " : "out ") + who(e);
        }
        std::string operator()(const Warned& e) const { return "warn " + who(e); }
        std::string operator()(const Progressed& e) const { return "progress " + e.what; }
        static std::string step_of(const auto& e) {
            return e.build + " " + std::to_string(e.step.number) + "/" +
                   std::to_string(e.step.count) + " " + e.step.name;
        }
        std::string operator()(const StepBegan& e) const { return "began " + step_of(e); }
        std::string operator()(const StepEnded& e) const {
            const char* outcome = e.outcome == StepEnded::Outcome::done     ? "done "
                                  : e.outcome == StepEnded::Outcome::cached ? "cached "
                                                                            : "failed ";
            return outcome + step_of(e) + (e.reason.empty() ? "" : ": " + e.reason);
        }
        std::string operator()(const CostEstimated& e) const { return "cost of " + e.build; }
        std::string operator()(const BuildFinished& e) const {
            std::string line = "finished " + e.build + ":";
            for (const artifact::Artifact& artifact : e.artifacts) {
                line += " " + artifact.id;
            }
            return line;
        }
        std::string operator()(const BuildFailed& e) const {
            return "failed " + e.build + ": " + e.error.message();
        }
        std::string operator()(const RunFinished& e) const {
            return e.interrupted ? "run interrupted" : "run finished";
        }
    };

    std::mutex mutex_;
    std::vector<std::string> lines_;
    std::vector<std::string> steps_;
};

}  // namespace kiln::exec
