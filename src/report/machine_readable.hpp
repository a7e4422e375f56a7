#pragma once

#include "report/narration.hpp"
#include "report/output.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace kiln::report {

/// "1795233529,null.two,artifact,0,id,Null": one line of the machine-readable output, with its
/// newline. `,`, newline and carriage return inside a field are written as Packer writes them.
std::string machine_line(
    WallTime time, const std::string& target, const std::vector<std::string>& fields
);

/// The fields of a line for people in machine-readable output: ui,say,TEXT.
std::vector<std::string> ui_fields(Line::Channel channel, const std::string& text);

/// Prints a run for scripts (-machine-readable).
class MachineReadable : public exec::EventSink {
public:
    explicit MachineReadable(Output output);

    void on_event(const exec::Event& event) override;

private:
    std::mutex mutex_;
    Output output_;
    Narration narration_;
};

}  // namespace kiln::report
