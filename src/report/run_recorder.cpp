#include "report/run_recorder.hpp"

#include "base/strings.hpp"
#include "report/color.hpp"
#include "report/costs.hpp"
#include "report/narration.hpp"

#include <algorithm>
#include <utility>

namespace kiln::report {

namespace {

// A page of more lines is read by nobody, and a script may write for ever.
constexpr std::size_t kFirstLines = 100'000;
constexpr std::size_t kLastLines = 20'000;

}  // namespace

RunRecorder::RunRecorder(
    About about,
    std::function<WallTime()> now,
    std::function<std::int64_t(const std::string& path)> size_of
)
    : now_(std::move(now)), size_of_(std::move(size_of)) {
    run_.id = std::move(about.id);
    run_.template_path = std::move(about.template_path);
    run_.version = std::move(about.version);
    start_ = now_();
    run_.start = std::chrono::floor<std::chrono::milliseconds>(start_);
}

void RunRecorder::on_event(const exec::Event& event) {
    const std::lock_guard lock(mutex_);
    std::visit([this](const auto& e) { note(e); }, event);
}

RunRecord RunRecorder::record() const {
    const std::lock_guard lock(mutex_);
    RunRecord run = run_;
    if (lost_ > 0) {
        run.log.push_back(
            {run.log.back().when, -1, false, "... " + std::to_string(lost_) + " lines ..."}
        );
    }
    const auto next = tail_.begin() + static_cast<std::ptrdiff_t>(tail_next_);
    run.log.insert(run.log.end(), next, tail_.end());
    run.log.insert(run.log.end(), tail_.begin(), next);
    return run;
}

bool RunRecorder::has_begun() const {
    const std::lock_guard lock(mutex_);
    return !run_.builds.empty();
}

Offset RunRecorder::elapsed() const {
    return std::max<Offset>(now_() - start_, Offset::zero());
}

std::int32_t RunRecorder::index_of(const std::string& name) const {
    const auto found = std::find_if(
        run_.builds.begin(), run_.builds.end(), [&](const BuildRecord& b) { return b.name == name; }
    );
    return found == run_.builds.end() ? -1 : static_cast<std::int32_t>(found - run_.builds.begin());
}

BuildRecord& RunRecorder::build_of(const std::string& name) {
    const std::int32_t index = index_of(name);
    if (index >= 0) {
        return run_.builds[static_cast<std::size_t>(index)];
    }
    BuildRecord build;
    build.name = name;
    build.begin = elapsed();
    run_.builds.push_back(std::move(build));
    return run_.builds.back();
}

void RunRecorder::add_lines(const std::string& build, bool is_error, const std::string& text) {
    for (const std::string& line : split(strip_colors(text), '\n')) {
        add_line({elapsed(), index_of(build), is_error, line});
    }
}

void RunRecorder::add_line(LogLine line) {
    if (run_.log.size() < kFirstLines) {
        run_.log.push_back(std::move(line));
    } else if (tail_.size() < kLastLines) {
        tail_.push_back(std::move(line));
    } else {
        tail_[tail_next_] = std::move(line);
        tail_next_ = (tail_next_ + 1) % kLastLines;
        ++lost_;
    }
}

void RunRecorder::note(const exec::RunStarted& e) {
    for (const std::string& build : e.builds) {
        build_of(build);
    }
}

void RunRecorder::note(const exec::BuildStarted& e) {
    build_of(e.build).begin = elapsed();
}

void RunRecorder::note(const exec::StepBegan& e) {
    StepRecord step;
    step.step = e.step;
    step.begin = elapsed();
    build_of(e.build).steps.push_back(std::move(step));
}

void RunRecorder::note(const exec::StepEnded& e) {
    BuildRecord& build = build_of(e.build);
    moving_.erase(e.build);
    if (build.steps.empty()) {
        return;
    }
    StepRecord& step = build.steps.back();
    step.duration = e.duration;
    step.outcome = e.outcome;
    step.reason = e.reason;
}

// A transfer tells its bytes from its own begin; what it told last is what it moved.
void RunRecorder::note(const exec::Progressed& e) {
    BuildRecord& build = build_of(e.build);
    if (e.unit != exec::Progressed::Unit::bytes || build.steps.empty()) {
        return;
    }
    std::int64_t& before = moving_[e.build];
    build.steps.back().bytes += std::max<std::int64_t>(e.done - before, 0);
    before = e.finished ? 0 : e.done;
}

void RunRecorder::note(const exec::Said& e) {
    add_lines(e.build, false, e.text);
}

void RunRecorder::note(const exec::SaidError& e) {
    add_lines(e.build, true, e.text);
}

void RunRecorder::note(const exec::OutputLine& e) {
    add_lines(e.build, e.is_stderr, e.text);
}

void RunRecorder::note(const exec::Warned& e) {
    add_lines(e.build, false, "Warning: " + e.text);
    if (index_of(e.build) >= 0) {
        build_of(e.build).warnings.push_back(e.text);
    }
}

void RunRecorder::note(const exec::CostEstimated& e) {
    build_of(e.build).costs = CostRecord{e.once, e.monthly};
    add_lines(e.build, false, cost_line(e.once, e.monthly));
}

void RunRecorder::note(const exec::BuildFinished& e) {
    BuildRecord& build = build_of(e.build);
    build.duration = e.duration;
    for (const artifact::Artifact& artifact : e.artifacts) {
        ArtifactRecord record{artifact.builder_id, artifact.id, artifact.text, {}};
        for (const auto& file : artifact.files) {
            record.files.push_back({file.string(), size_of_(file.string())});
        }
        record.sizes = read_image_sizes(artifact.sizes);
        build.artifacts.push_back(std::move(record));
    }
}

void RunRecorder::note(const exec::BuildFailed& e) {
    BuildRecord& build = build_of(e.build);
    build.duration = e.duration;
    build.error = error_text(e.error);
    add_lines(e.build, true, build.error);
}

void RunRecorder::note(const exec::RunFinished& e) {
    run_.duration = e.duration;
    run_.interrupted = e.interrupted;
}

}  // namespace kiln::report
