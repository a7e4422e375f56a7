#pragma once

#include "report/run_record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::report {

/// A run's output, packed: gzip (RFC 1952) of a line for each, "milliseconds build level text",
/// where level is "e" for what went to standard error or was an error, "o" otherwise, and build is
/// the index of its record, -1 for the run. The report's page reads the same.
std::string pack_log(const std::vector<LogLine>& log);
/// Error{input} for what pack_log did not make.
std::vector<LogLine> unpack_log(std::string_view packed);

}  // namespace kiln::report
