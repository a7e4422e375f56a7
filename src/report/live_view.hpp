#pragma once

#include "execute/events.hpp"
#include "report/step_times.hpp"
#include "report/time_text.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace kiln::report {

/// The builds that run now, a line each, at the bottom of a terminal. Pure: it is told what happens
/// and answers with the text to write, so that lines can be put above it.
class LiveView {
public:
    /// `usual`: what the steps took when the same builds ran last.
    explicit LiveView(StepTimes usual = {}) : usual_(std::move(usual)) {}

    /// Notes what happens. True when it is time to draw again: progress is told far more often than
    /// a terminal should be painted.
    bool update(const exec::Event& event, WallTime now);
    bool is_empty() const { return builds_.empty(); }

    /// Removes what was drawn; "" when nothing was.
    std::string erase();
    /// Draws a line for each build, none longer than `columns`; of many builds the first ten, and
    /// how many more there are.
    std::string draw(WallTime now, std::size_t columns);

private:
    struct Running {
        std::string build;
        std::optional<exec::BuildStep> step;
        WallTime step_began;
        std::optional<exec::Progressed> progress;
        WallTime progress_began;
    };
    Running& running(const std::string& build, WallTime now);
    void forget(const std::string& build);
    bool note(const exec::BuildStarted& started, WallTime now);
    bool note(const exec::StepBegan& began, WallTime now);
    bool note(const exec::StepEnded& ended, WallTime now);
    bool note(const exec::Progressed& progress, WallTime now);
    bool note(const exec::BuildFinished& finished, WallTime now);
    bool note(const exec::BuildFailed& failed, WallTime now);
    std::string line_of(const Running& running, WallTime now) const;

    StepTimes usual_;
    std::vector<Running> builds_;
    std::size_t drawn_lines_ = 0;
    WallTime last_draw_ = {};
};

/// "downloading packages 12.0 MiB of 48.0 MiB (25%), 4.0 MiB/s".
std::string progress_text(const exec::Progressed& progress, std::chrono::seconds elapsed);

}  // namespace kiln::report
