#pragma once

#include "execute/events.hpp"
#include "report/time_text.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace kiln::report {

/// The long steps that run now, as lines at the bottom of a terminal. Pure: it is told what
/// happens and answers with the text to write, so that lines can be put above it.
class ProgressRegion {
public:
    /// Notes how far a step is. True when it is time to draw again: steps tell far more often than
    /// a terminal should be painted.
    bool update(const exec::Progressed& progress, WallTime now);
    /// A build is over, and so is everything it was doing.
    void forget(const std::string& build);

    /// Removes what was drawn; "" when nothing was.
    std::string erase();
    /// Draws a line for each step, none longer than `columns`.
    std::string draw(WallTime now, std::size_t columns);

private:
    struct Step {
        exec::Progressed progress;
        WallTime begin;
    };
    std::vector<Step>::iterator find(const exec::Progressed& progress);

    std::vector<Step> steps_;
    std::size_t drawn_lines_ = 0;
    WallTime last_draw_ = {};
};

/// "rootfs.node: downloading packages  12.0 MiB of 48.0 MiB (25%), 4.0 MiB/s, 3 s".
std::string progress_text(const exec::Progressed& progress, std::chrono::seconds elapsed);

}  // namespace kiln::report
