#pragma once

#include "goss/verdict.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace kiln::goss {

/// What goss's --format takes.
const std::vector<std::string>& formats();

struct ReportStyle {
    std::string format;                ///< "": documentation
    std::vector<std::string> options;  ///< perfdata, verbose, pretty
    std::chrono::milliseconds duration{0};
    std::chrono::system_clock::time_point now;
};

/// The report as goss 0.4 prints it, without colours; ends in a newline, or is empty (silent).
/// Groups are by type and id, so a report does not change from run to run.
std::string write_report(const std::vector<ResultGroup>& groups, const ReportStyle& style);

/// What goss ends with: 0, or 1 (nagios: 2) when a test failed.
int exit_code(const std::vector<ResultGroup>& groups, const std::string& format);

}  // namespace kiln::goss
