#pragma once

#include "report/live_view.hpp"
#include "report/narration.hpp"
#include "report/output.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace kiln::report {

struct HumanOptions {
    bool color = false;
    bool timestamps = false;  ///< -timestamp-ui: before the lines of builds, not those of the run
    /// Width of the terminal; empty where nothing is to be painted over (a pipe, CI).
    std::function<std::size_t()> live_columns = {};
    StepTimes usual = {};  ///< of earlier runs, for estimates
};

/// Prints a run for people, in the shape that Packer's users know.
class HumanOutput : public exec::EventSink {
public:
    HumanOutput(Output output, HumanOptions options);

    void on_event(const exec::Event& event) override;

    /// Removes the live lines, so that another may write to the terminal (a question).
    void clear_live();
    /// Paints the live lines anew: time has passed.
    void tick();

private:
    void introduce(const std::vector<std::string>& builds);
    void show(const Line& line);
    void repaint(const std::string& lines);
    std::string colored(const Line& line, const std::string& text) const;

    std::mutex mutex_;
    Output output_;
    HumanOptions options_;
    Narration narration_;
    LiveView live_;
    std::vector<std::string> builds_;
    bool is_cleared_ = false;  ///< another writes to the terminal, until something is told again
};

}  // namespace kiln::report
