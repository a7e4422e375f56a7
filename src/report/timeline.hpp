#pragma once

#include "report/run_record.hpp"

#include <string>

namespace kiln::report {

/// The run's builds as an SVG: a row for each, a bar for each of its steps on one axis of time, in
/// classes that the page colours (step-start, step-provisioner, step-capture, step-post-processor;
/// cached, failed). The build that ends last is the critical path, and is marked so: the run would
/// be shorter only if it were. Every bar has a title that says what it is.
std::string timeline_svg(const RunRecord& run);

/// Index of the build that ends last; -1 when there is none.
int critical_build(const RunRecord& run);

/// "12 ms", "3.4 s", "2 min 05 s", "1 h 03 min".
std::string short_duration(std::chrono::nanoseconds duration);

/// For text between tags and in double-quoted attributes.
std::string html_escaped(std::string_view text);

}  // namespace kiln::report
