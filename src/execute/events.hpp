#pragma once

#include "artifact/artifact.hpp"
#include "base/error.hpp"
#include "execute/cost.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace kiln::exec {

/// What execution tells. Nothing in execute/ writes to a terminal: the terminal, the
/// machine-readable output, the log and the report are listeners.

/// All builds that will run, in order, before the first of them begins.
struct RunStarted {
    std::vector<std::string> builds;
};
struct BuildStarted {
    std::string build;
};
/// Something of kiln's own about a build ("Provisioning with shell script: x"), one line or more.
/// `build` is empty when it is about the whole run. `component` names the type of the
/// post-processor that speaks; it is empty for everything else.
struct Said {
    std::string build;
    std::string text;
    std::string component{};
};
/// The same for what went wrong although the build may go on.
struct SaidError {
    std::string build;
    std::string text;
    std::string component{};
};
/// One line that a command wrote, as output_lines.hpp makes it: without its newline, valid UTF-8,
/// nothing in it that drives a terminal but colours. Secrets are not yet masked.
struct OutputLine {
    std::string build;
    bool is_stderr = false;
    std::string text;
    std::string component{};
};
struct Warned {
    std::string build;
    std::string text;
    std::string component{};
};
/// How far a long step is. `total` is 0 when it is not known; a step that ends sends `finished`.
struct Progressed {
    enum class Unit { bytes, packages, items };
    std::string build;
    std::string what;  ///< "downloading packages"
    std::int64_t done = 0;
    std::int64_t total = 0;
    Unit unit = Unit::items;
    bool finished = false;
};
/// A piece of a build's work that people see apart. Those of one build follow each other.
struct BuildStep {
    enum class Kind { start, provisioner, capture, post_processor };
    Kind kind = Kind::start;
    std::string name;  ///< the component's type, then the name it was given: "shell install"
    int number = 1;    ///< from 1
    int count = 1;     ///< of steps that the build has
    bool operator==(const BuildStep&) const = default;
};
struct StepBegan {
    std::string build;
    BuildStep step;
};
struct StepEnded {
    enum class Outcome { done, cached, failed };
    std::string build;
    BuildStep step;
    Outcome outcome = Outcome::done;
    std::string reason;  ///< why it was not cached, or why it failed; "" for neither
    std::chrono::nanoseconds duration{};
};
/// What a build in a cloud has cost, and what it leaves costs: an estimate, once a build.
struct CostEstimated {
    std::string build;
    std::vector<CostPart> once;
    std::vector<CostPart> monthly;
};
struct BuildFinished {
    std::string build;
    std::chrono::nanoseconds duration{};
    std::vector<artifact::Artifact> artifacts;  ///< those that are kept, in order
};
struct BuildFailed {
    std::string build;
    std::chrono::nanoseconds duration{};
    Error error;
};
/// The last event: every build is done.
struct RunFinished {
    std::chrono::nanoseconds duration{};
    bool interrupted = false;
};

using Event = std::variant<
    RunStarted,
    BuildStarted,
    Said,
    SaidError,
    OutputLine,
    Warned,
    Progressed,
    StepBegan,
    StepEnded,
    CostEstimated,
    BuildFinished,
    BuildFailed,
    RunFinished>;

/// Receives events from several build threads at once; an implementation locks for itself.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void on_event(const Event& event) = 0;
};

}  // namespace kiln::exec
