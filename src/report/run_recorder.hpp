#pragma once

#include "report/output.hpp"
#include "report/run_record.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace kiln::report {

/// Gathers a run's events into a record; stands behind the masking of secrets. Of very long output
/// the first and the last lines are kept, and how many are missing between them.
class RunRecorder : public exec::EventSink {
public:
    struct About {
        std::string id;
        std::string template_path;
        std::string version;
    };
    /// `size_of` gives a file's size in bytes, 0 for one that is not there.
    RunRecorder(
        About about,
        std::function<WallTime()> now,
        std::function<std::int64_t(const std::string& path)> size_of
    );

    void on_event(const exec::Event& event) override;
    /// What is known so far.
    RunRecord record() const;
    /// Whether anything ran.
    bool has_begun() const;

private:
    BuildRecord& build_of(const std::string& name);
    std::int32_t index_of(const std::string& name) const;
    Offset elapsed() const;
    void add_lines(const std::string& build, bool is_error, const std::string& text);
    void add_line(LogLine line);

    void note(const exec::RunStarted& e);
    void note(const exec::BuildStarted& e);
    void note(const exec::StepBegan& e);
    void note(const exec::StepEnded& e);
    void note(const exec::Progressed& e);
    void note(const exec::Said& e);
    void note(const exec::SaidError& e);
    void note(const exec::OutputLine& e);
    void note(const exec::Warned& e);
    void note(const exec::CostEstimated& e);
    void note(const exec::BuildFinished& e);
    void note(const exec::BuildFailed& e);
    void note(const exec::RunFinished& e);

    mutable std::mutex mutex_;
    std::function<WallTime()> now_;
    std::function<std::int64_t(const std::string& path)> size_of_;
    WallTime start_{};
    RunRecord run_;
    std::map<std::string, std::int64_t> moving_;  ///< bytes of transfers that go on, by build
    std::vector<LogLine> tail_;                   ///< a ring, once the log is full
    std::size_t tail_next_ = 0;
    std::int64_t lost_ = 0;  ///< lines
};

}  // namespace kiln::report
