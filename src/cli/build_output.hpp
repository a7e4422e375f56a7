#pragma once

#include "cli/session.hpp"
#include "execute/events.hpp"
#include "report/run_recorder.hpp"
#include "report/step_times.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

/// How the user wants a run to be shown.
struct OutputWishes {
    std::optional<bool> color;
    bool timestamps = false;
};

/// The listeners of a run: the terminal, machine-readable or JSON lines, the log when it is wanted,
/// the record for the report, and before them what masks secrets.
class BuildOutput {
public:
    /// `usual`: what the steps took in earlier runs.
    BuildOutput(
        const Session& session,
        const OutputWishes& wishes,
        const std::vector<std::string>& secrets,
        report::RunRecorder::About about,
        report::StepTimes usual
    );
    ~BuildOutput();

    exec::EventSink& events();
    /// Makes room for a question.
    void clear_live();
    /// Whether lines are painted over: a person sits at the terminal.
    bool is_live() const;
    /// The run as far as it has come, secrets masked.
    report::RunRecord record() const;

private:
    struct Listeners;
    std::unique_ptr<Listeners> listeners_;
};

}  // namespace kiln::cli
