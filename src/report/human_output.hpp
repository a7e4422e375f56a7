#pragma once

#include "report/narration.hpp"
#include "report/output.hpp"
#include "report/progress_region.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace kiln::report {

struct HumanOptions {
    bool color = false;
    bool timestamps = false;  ///< -timestamp-ui: before the lines of builds, not those of the run
    /// Width of the terminal; empty where progress is not to be shown (a pipe, CI).
    std::function<std::size_t()> progress_columns = {};
};

/// Prints a run for people, in the shape that Packer's users know.
class HumanOutput : public exec::EventSink {
public:
    HumanOutput(Output output, HumanOptions options);

    void on_event(const exec::Event& event) override;

    /// Removes the progress lines, so that another may write to the terminal (a question).
    void clear_progress();

private:
    void introduce(const std::vector<std::string>& builds);
    void note_progress(const exec::Event& event);
    void show(const Line& line);
    void repaint(const std::string& lines);
    std::string colored(const Line& line, const std::string& text) const;

    std::mutex mutex_;
    Output output_;
    HumanOptions options_;
    Narration narration_;
    ProgressRegion progress_;
    std::vector<std::string> builds_;
};

}  // namespace kiln::report
