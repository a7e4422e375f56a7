#include "report/log_file.hpp"

#include "base/duration.hpp"
#include "base/strings.hpp"
#include "report/color.hpp"
#include "report/costs.hpp"
#include "report/narration.hpp"
#include "report/step_names.hpp"

#include <utility>

namespace kiln::report {

namespace {

struct Entry {
    const char* level;
    std::string build;
    std::string text;
};

Entry spoken(const char* level, const auto& event) {
    const std::string& component = event.component;
    return {level, event.build, component.empty() ? event.text : component + ": " + event.text};
}

struct EntryOf {
    Entry operator()(const exec::RunStarted& e) const {
        return {"INFO", "", "builds: " + join(e.builds, ", ")};
    }
    Entry operator()(const exec::BuildStarted& e) const { return {"INFO", e.build, "started"}; }
    Entry operator()(const exec::Said& e) const { return spoken("INFO", e); }
    Entry operator()(const exec::SaidError& e) const { return spoken("ERROR", e); }
    Entry operator()(const exec::Warned& e) const { return spoken("WARN", e); }
    Entry operator()(const exec::OutputLine& e) const {
        Entry entry = spoken("INFO", e);
        entry.text = (e.is_stderr ? "stderr: " : "stdout: ") + entry.text;
        return entry;
    }
    Entry operator()(const exec::Progressed& e) const {
        return {
            "DEBUG",
            e.build,
            e.what + (e.finished ? ": done " : ": ") + std::to_string(e.done) + "/" +
                std::to_string(e.total)};
    }
    Entry operator()(const exec::StepBegan& e) const {
        return {"DEBUG", e.build, "step " + std::to_string(e.step.number) + ": " + e.step.name};
    }
    Entry operator()(const exec::StepEnded& e) const {
        return {
            "DEBUG",
            e.build,
            "step " + std::to_string(e.step.number) + ": " + to_string(e.outcome) + " after " +
                format_go_duration(e.duration)};
    }
    Entry operator()(const exec::CostEstimated& e) const {
        return {"INFO", e.build, cost_line(e.once, e.monthly)};
    }
    Entry operator()(const exec::BuildFinished& e) const {
        return {"INFO", e.build, "finished after " + format_go_duration(e.duration)};
    }
    Entry operator()(const exec::BuildFailed& e) const {
        return {
            "ERROR",
            e.build,
            "errored after " + format_go_duration(e.duration) + ": " + error_text(e.error)};
    }
    Entry operator()(const exec::RunFinished& e) const {
        return {
            "INFO",
            "",
            (e.interrupted ? "interrupted after " : "finished after ") +
                format_go_duration(e.duration)};
    }
};

}  // namespace

LogFile::LogFile(Output output) : output_(std::move(output)) {}

void LogFile::on_event(const exec::Event& event) {
    const std::lock_guard lock(mutex_);
    const Entry entry = std::visit(EntryOf{}, event);
    const std::string head = log_time(output_.now()) + " [" + entry.level + "] " +
                             (entry.build.empty() ? "" : entry.build + ": ");
    std::string out;
    for (const std::string& line : split(strip_colors(entry.text), '\n')) {
        out += head + line + "\n";
    }
    output_.write(out);
}

}  // namespace kiln::report
