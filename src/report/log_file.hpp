#pragma once

#include "execute/events.hpp"
#include "report/output.hpp"

#include <mutex>

namespace kiln::report {

/// Writes a run to the log (KILN_LOG, PACKER_LOG): a time, a level, the build, the text.
class LogFile : public exec::EventSink {
public:
    explicit LogFile(Output output);

    void on_event(const exec::Event& event) override;

private:
    std::mutex mutex_;
    Output output_;
};

}  // namespace kiln::report
