#pragma once

#include "report/run_record.hpp"

#include <string>

namespace kiln::report {

/// One page that needs nothing besides itself: what was built, a timeline of the steps, what came
/// from the cache and why the rest did not, bytes moved, warnings, artifacts, and the output,
/// packed (the page unpacks what is looked at). Works without a network; without scripts all but
/// the output.
std::string html_report(const RunRecord& run);

}  // namespace kiln::report
