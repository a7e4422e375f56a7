#pragma once

#include "base/diagnostics.hpp"

#include <string>

namespace kiln::cli {

/// One mistake as a record on one line: severity, summary, hint, context (a list, innermost first),
/// and range with the file's name and, for its begin and end, line and column (from 1, in code
/// points) and byte offset, and the source line. What is absent is null.
std::string diagnostic_json(const Diagnostic& diagnostic);

/// What `validate -json` prints: valid, error_count, warning_count and the list of diagnostics.
std::string verdict_json(const Diagnostics& diagnostics);

}  // namespace kiln::cli
