#include "report/timeline.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "report/step_names.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace kiln::report {

namespace {

// In units of the picture, which is as wide as the page.
constexpr double kWidth = 1000;
constexpr double kNames = 210;
constexpr double kRow = 34;
constexpr double kBar = 20;
constexpr double kAxis = 28;
constexpr double kThinnest = 1.5;
constexpr int kMostTicks = 8;
constexpr std::size_t kLongestName = 30;

double seconds_of(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

/// The smallest of 1, 2, 5, 10, ... seconds and 1, 2, 5, ... minutes that makes few ticks.
double tick_seconds(double whole) {
    constexpr std::array kSteps{0.01,  0.02,  0.05,   0.1,    0.2,    0.5,   1.0,
                                2.0,   5.0,   10.0,   15.0,   30.0,   60.0,  120.0,
                                300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0};
    const auto fits = std::find_if(kSteps.begin(), kSteps.end(), [&](double step) {
        return whole / step <= kMostTicks;
    });
    return fits == kSteps.end() ? whole / kMostTicks : *fits;
}

std::string shortened(const std::string& name) {
    if (name.size() <= kLongestName) {
        return name;
    }
    std::size_t from = name.size() - kLongestName;
    while (from < name.size() && !begins_code_point(name[from])) {
        ++from;
    }
    return "…" + name.substr(from);
}

std::string title_of(const StepRecord& step) {
    std::string title =
        step.step.name + ": " + short_duration(step.duration) + ", " + to_string(step.outcome);
    if (!step.reason.empty()) {
        title += " (" + step.reason + ")";
    }
    if (step.bytes > 0) {
        title += ", " + format_bytes(step.bytes);
    }
    return title;
}

class Timeline {
public:
    explicit Timeline(const RunRecord& run) : run_(run) {
        Offset end = run.duration;
        for (const BuildRecord& build : run.builds) {
            end = std::max(end, build.begin + build.duration);
        }
        seconds_ = std::max(seconds_of(end), 0.001);
    }

    std::string draw() {
        const double height = kAxis + kRow * static_cast<double>(run_.builds.size());
        out_ = fmt::format(
            "<svg class=\"timeline\" viewBox=\"0 0 {} {}\" role=\"img\" "
            "aria-label=\"What each build did, and when\">\n",
            kWidth,
            height
        );
        draw_axis(height);
        const int critical = critical_build(run_);
        for (std::size_t row = 0; row < run_.builds.size(); ++row) {
            draw_build(run_.builds[row], row, static_cast<int>(row) == critical);
        }
        return out_ + "</svg>\n";
    }

private:
    double x_of(double seconds) const {
        return kNames + seconds / seconds_ * (kWidth - kNames - 10);
    }

    void draw_axis(double height) {
        const double step = tick_seconds(seconds_);
        for (double at = 0; at <= seconds_; at += step) {
            out_ += fmt::format(
                "<line class=\"tick\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>"
                "<text class=\"tick\" x=\"{0:.1f}\" y=\"14\" text-anchor=\"middle\">{3}</text>\n",
                x_of(at),
                kAxis - 6,
                height,
                short_duration(std::chrono::nanoseconds(static_cast<std::int64_t>(at * 1e9)))
            );
        }
    }

    void draw_build(const BuildRecord& build, std::size_t row, bool is_critical) {
        const double top = kAxis + kRow * static_cast<double>(row);
        out_ += fmt::format(
            "<g class=\"build{}\"><text class=\"name\" x=\"{}\" y=\"{}\" "
            "text-anchor=\"end\">{}<title>{}</title></text>\n",
            is_critical ? " critical" : "",
            kNames - 10,
            top + kBar / 2 + 9,
            html_escaped(shortened(build.name)),
            html_escaped(build.name)
        );
        const double left = x_of(seconds_of(build.begin));
        const double right = x_of(seconds_of(build.begin + build.duration));
        out_ += fmt::format(
            "<rect class=\"span\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" "
            "rx=\"3\"/>\n",
            left,
            top + 2,
            std::max(right - left, kThinnest),
            kBar + 6
        );
        for (const StepRecord& step : build.steps) {
            draw_step(step, top + 5);
        }
        out_ += "</g>\n";
    }

    void draw_step(const StepRecord& step, double top) {
        const double left = x_of(seconds_of(step.begin));
        const double right = x_of(seconds_of(step.begin + step.duration));
        out_ += fmt::format(
            "<rect class=\"step step-{} {}\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" "
            "height=\"{}\" rx=\"2\"><title>{}</title></rect>\n",
            to_string(step.step.kind),
            to_string(step.outcome),
            left,
            top,
            std::max(right - left, kThinnest),
            kBar,
            html_escaped(title_of(step))
        );
    }

    const RunRecord& run_;
    double seconds_ = 0;
    std::string out_;
};

}  // namespace

std::string timeline_svg(const RunRecord& run) {
    return Timeline(run).draw();
}

int critical_build(const RunRecord& run) {
    const auto ends = [](const BuildRecord& build) { return build.begin + build.duration; };
    const auto last = std::max_element(
        run.builds.begin(),
        run.builds.end(),
        [&](const BuildRecord& a, const BuildRecord& b) { return ends(a) < ends(b); }
    );
    return last == run.builds.end() ? -1 : static_cast<int>(last - run.builds.begin());
}

std::string short_duration(std::chrono::nanoseconds duration) {
    using namespace std::chrono;
    if (duration < seconds(1)) {
        return fmt::format("{} ms", duration_cast<milliseconds>(duration).count());
    }
    if (duration < minutes(1)) {
        return fmt::format("{:.1f} s", seconds_of(duration));
    }
    const auto whole = round<seconds>(duration).count();
    if (whole < 3600) {
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    }
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace kiln::report
