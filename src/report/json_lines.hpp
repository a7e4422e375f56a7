#pragma once

#include "execute/events.hpp"
#include "report/output.hpp"

#include <mutex>
#include <string>

namespace kiln::report {

/// One event as a JSON object on one line, without its newline. Every object has "time" (RFC 3339)
/// and "event"; what an event does not have is null.
std::string json_line(const exec::Event& event, WallTime time);

/// Prints a run as JSON lines, everything that happens.
class JsonLines : public exec::EventSink {
public:
    explicit JsonLines(Output output);

    void on_event(const exec::Event& event) override;

private:
    std::mutex mutex_;
    Output output_;
};

}  // namespace kiln::report
