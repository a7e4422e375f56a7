#include "report/live_view.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::report {

namespace {

using Unit = exec::Progressed::Unit;
using std::chrono::duration_cast;

// Ten paintings a second look smooth and cost nothing.
constexpr std::chrono::milliseconds kDrawInterval(100);

// What a rate is told from: less says nothing yet.
constexpr std::chrono::seconds kRateFrom(1);

// More would push what the builds say out of a small terminal.
constexpr std::size_t kMostLines = 10;

std::string amount(std::int64_t count, Unit unit) {
    switch (unit) {
        case Unit::bytes:
            return format_bytes(count);
        case Unit::packages:
        case Unit::items:
            return std::to_string(count);
    }
    return {};
}

const char* noun_of(Unit unit) {
    switch (unit) {
        case Unit::packages:
            return " packages";
        case Unit::bytes:
        case Unit::items:
            return "";
    }
    return "";
}

std::string elapsed_text(std::chrono::seconds elapsed) {
    const auto count = elapsed.count();
    return count < 60 ? fmt::format("{} s", count)
                      : fmt::format("{} min {:02} s", count / 60, count % 60);
}

std::string cut_to(const std::string& text, std::size_t columns) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (begins_code_point(text[i]) && ++seen > columns) {
            return text.substr(0, i);
        }
    }
    return text;
}

std::string step_text(const exec::BuildStep& step) {
    std::string name = step.name;
    if (step.kind == exec::BuildStep::Kind::start) {
        name = "starting " + name;
    } else if (step.kind == exec::BuildStep::Kind::capture) {
        name = "capturing " + name;
    }
    return fmt::format("  {}/{} {}", step.number, step.count, name);
}

}  // namespace

std::string progress_text(const exec::Progressed& progress, std::chrono::seconds elapsed) {
    std::string out = progress.what + " " + amount(progress.done, progress.unit);
    if (progress.total > 0) {
        const std::int64_t percent = static_cast<std::int64_t>(
            100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total)
        );
        out += fmt::format(
            " of {}{} ({}%)",
            amount(progress.total, progress.unit),
            noun_of(progress.unit),
            std::clamp<std::int64_t>(percent, 0, 100)
        );
    } else {
        out += noun_of(progress.unit);
    }
    if (progress.unit == Unit::bytes && elapsed >= kRateFrom) {
        out += ", " + format_bytes(progress.done / elapsed.count()) + "/s";
    }
    return out;
}

bool LiveView::update(const exec::Event& event, WallTime now) {
    return std::visit(
        [&](const auto& e) {
            if constexpr (requires { note(e, now); }) {
                return note(e, now);
            }
            return false;
        },
        event
    );
}

bool LiveView::note(const exec::BuildStarted& started, WallTime now) {
    running(started.build, now);
    return true;
}

bool LiveView::note(const exec::StepBegan& began, WallTime now) {
    Running& build = running(began.build, now);
    build.step = began.step;
    build.step_began = now;
    build.progress.reset();
    return true;
}

bool LiveView::note(const exec::StepEnded& ended, WallTime now) {
    if (ended.outcome == exec::StepEnded::Outcome::done) {
        usual_.add(ended.build, ended.step, ended.duration);
    }
    running(ended.build, now).progress.reset();
    return false;  // the next one begins at once
}

bool LiveView::note(const exec::Progressed& progress, WallTime now) {
    Running& build = running(progress.build, now);
    if (progress.finished) {
        build.progress.reset();
        return drawn_lines_ > 0;
    }
    if (!build.progress || build.progress->what != progress.what) {
        build.progress_began = now;
    }
    build.progress = progress;
    // A clock that was set back must not stop the drawing.
    return now < last_draw_ || now - last_draw_ >= kDrawInterval;
}

// Its last words are painted next.
bool LiveView::note(const exec::BuildFinished& finished, WallTime /*now*/) {
    forget(finished.build);
    return false;
}

bool LiveView::note(const exec::BuildFailed& failed, WallTime /*now*/) {
    forget(failed.build);
    return false;
}

LiveView::Running& LiveView::running(const std::string& build, WallTime now) {
    const auto found = std::find_if(builds_.begin(), builds_.end(), [&](const Running& one) {
        return one.build == build;
    });
    if (found != builds_.end()) {
        return *found;
    }
    builds_.push_back({build, std::nullopt, now, std::nullopt, now});
    return builds_.back();
}

void LiveView::forget(const std::string& build) {
    std::erase_if(builds_, [&](const Running& one) { return one.build == build; });
}

std::string LiveView::erase() {
    std::string out;
    if (drawn_lines_ > 0) {
        // Up to the first line drawn, then clear to the end of the screen.
        out = fmt::format("\033[{}A\r\033[J", drawn_lines_);
    }
    drawn_lines_ = 0;
    return out;
}

std::string LiveView::line_of(const Running& running, WallTime now) const {
    std::string line = "    " + running.build;
    const auto elapsed = now - running.step_began;
    if (running.step) {
        line += step_text(*running.step);
    }
    if (running.progress) {
        line += "  " + progress_text(
                           *running.progress,
                           duration_cast<std::chrono::seconds>(now - running.progress_began)
                       );
    }
    line += "  " + elapsed_text(duration_cast<std::chrono::seconds>(elapsed));
    if (running.step) {
        if (const auto left = usual_.left(running.build, *running.step, elapsed)) {
            line +=
                ", about " + elapsed_text(std::chrono::ceil<std::chrono::seconds>(*left)) + " left";
        }
    }
    return line;
}

std::string LiveView::draw(WallTime now, std::size_t columns) {
    std::string out;
    drawn_lines_ = 0;
    const auto add = [&](const std::string& line) {
        // A line as wide as the terminal would wrap on some and break the counting of lines.
        out += cut_to(line, columns > 1 ? columns - 1 : 1) + "\n";
        ++drawn_lines_;
    };
    for (const Running& running : builds_) {
        if (drawn_lines_ == kMostLines) {
            add(fmt::format("    and {} more", builds_.size() - kMostLines));
            break;
        }
        add(line_of(running, now));
    }
    last_draw_ = now;
    return out;
}

}  // namespace kiln::report
