#pragma once

#include "execute/events.hpp"

#include <string>
#include <variant>
#include <vector>

namespace kiln::report {

/// Something for people to read: one text, often of one line, without its final newline.
struct Line {
    enum class Channel { say, error };
    Channel channel = Channel::say;
    /// The build that speaks, "" for the run's own lines. Decides the colour and the time stamp.
    std::string build;
    std::string text;

    bool operator==(const Line&) const = default;
};

/// Something for scripts: the fields of a machine-readable line after its time. The first is the
/// type ("artifact").
struct Record {
    std::string target;  ///< build name or ""
    std::vector<std::string> fields;

    bool operator==(const Record&) const = default;
};

using Telling = std::variant<Line, Record>;

/// Turns events to what Packer's users know, in the order they know it. Not locked: a listener
/// holds its own lock around it.
class Narration {
public:
    std::vector<Telling> tell(const exec::Event& event);

private:
    std::vector<Telling> tell_end(const exec::RunFinished& end) const;

    std::vector<std::string> order_;  ///< names of the builds
    std::vector<exec::BuildFinished> finished_;
    std::vector<exec::BuildFailed> failed_;
};

/// The message, then the source line when there is one, "while" lines and the hint. The message
/// stands first and alone on its line, as scripts look for it.
std::string error_text(const Error& error);

}  // namespace kiln::report
