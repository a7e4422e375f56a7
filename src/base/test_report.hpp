#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace kiln {

/// One test of anything, as CI servers want to be told of it.
struct ReportedTest {
    enum class Outcome { pass, fail, skip };

    Outcome outcome = Outcome::pass;
    std::string name;
    std::string text;  ///< one line: what was found
};

struct ReportedSuite {
    std::string name;
    std::vector<ReportedTest> tests = {};
    std::chrono::milliseconds duration{0};
    std::chrono::system_clock::time_point now = {};
};

/// JUnit's XML; bytes that XML does not take become U+FFFD.
std::string write_junit(const ReportedSuite& suite);

/// Version 12 of the Test Anything Protocol; names are not shown.
std::string write_tap(const std::vector<ReportedTest>& tests);

}  // namespace kiln
