#include "report/progress_region.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::report {

namespace {

using Unit = exec::Progressed::Unit;

// Ten paintings a second look smooth and cost nothing.
constexpr std::chrono::milliseconds kDrawInterval(100);

// What a rate is told from: less says nothing yet.
constexpr std::chrono::seconds kRateFrom(1);

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

}  // namespace

std::string progress_text(const exec::Progressed& progress, std::chrono::seconds elapsed) {
    std::string out = progress.build + ": " + progress.what + "  ";
    out += amount(progress.done, progress.unit);
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
    return out + ", " + elapsed_text(elapsed);
}

std::vector<ProgressRegion::Step>::iterator ProgressRegion::find(const exec::Progressed& progress) {
    return std::find_if(steps_.begin(), steps_.end(), [&](const Step& step) {
        return step.progress.build == progress.build && step.progress.what == progress.what;
    });
}

bool ProgressRegion::update(const exec::Progressed& progress, WallTime now) {
    const auto step = find(progress);
    if (progress.finished) {
        if (step != steps_.end()) {
            steps_.erase(step);
        }
        return drawn_lines_ > 0;
    }
    if (step == steps_.end()) {
        steps_.push_back({progress, now});
    } else {
        step->progress = progress;
    }
    // A clock that was set back must not stop the drawing.
    return now < last_draw_ || now - last_draw_ >= kDrawInterval;
}

void ProgressRegion::forget(const std::string& build) {
    std::erase_if(steps_, [&](const Step& step) { return step.progress.build == build; });
}

std::string ProgressRegion::erase() {
    std::string out;
    if (drawn_lines_ > 0) {
        // Up to the first line drawn, then clear to the end of the screen.
        out = fmt::format("\033[{}A\r\033[J", drawn_lines_);
    }
    drawn_lines_ = 0;
    return out;
}

std::string ProgressRegion::draw(WallTime now, std::size_t columns) {
    std::string out;
    for (const Step& step : steps_) {
        const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - step.begin);
        // A line as wide as the terminal would wrap on some and break the counting of lines.
        out +=
            cut_to("    " + progress_text(step.progress, elapsed), columns > 1 ? columns - 1 : 1);
        out += '\n';
    }
    drawn_lines_ = steps_.size();
    last_draw_ = now;
    return out;
}

}  // namespace kiln::report
