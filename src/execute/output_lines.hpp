#pragma once

#include "execute/build_context.hpp"
#include "sys/process_runner.hpp"

#include <string>
#include <string_view>

namespace kiln::exec {

/// What a command wrote on one line, made fit to be shown: valid UTF-8; trailing white space is
/// gone; of a line with carriage returns only what stands after the last; escape sequences that
/// set colours are kept, all others (they move the cursor, set titles, ...) are removed; other
/// control characters become U+FFFD.
std::string printable_line(std::string_view bytes);

/// Cuts the output of one command to OutputLine events. Used by one thread.
class OutputLines {
public:
    explicit OutputLines(const BuildContext& context) : context_(context) {}
    OutputLines(const OutputLines&) = delete;
    OutputLines& operator=(const OutputLines&) = delete;

    /// For Communicator::run and ProcessRunner::run. Refers to this object.
    sys::OutputSink sink();
    /// The command has ended: what is left without a newline is a line too.
    void finish();

private:
    void write(sys::OutputStream stream, std::string_view bytes);
    void emit(sys::OutputStream stream, std::string_view line);
    std::string& pending(sys::OutputStream stream);

    const BuildContext& context_;
    std::string pending_out_;
    std::string pending_err_;
};

}  // namespace kiln::exec
