#include "base/test_report.hpp"

#include "base/go_time.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln {

namespace {

using Outcome = ReportedTest::Outcome;

std::ptrdiff_t count_of(const std::vector<ReportedTest>& tests, Outcome outcome) {
    return std::count_if(tests.begin(), tests.end(), [outcome](const ReportedTest& test) {
        return test.outcome == outcome;
    });
}

// As Go's xml.EscapeText: what XML does not take becomes U+FFFD.
std::string xml_text(const std::string& text) {
    std::string out;
    for (const char c : to_valid_utf8(text)) {
        switch (c) {
            case '"':
                out += "&#34;";
                break;
            case '\'':
                out += "&#39;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '\t':
                out += "&#x9;";
                break;
            case '\n':
                out += "&#xA;";
                break;
            case '\r':
                out += "&#xD;";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20U ? "\xEF\xBF\xBD" : std::string(1, c);
        }
    }
    return out;
}

}  // namespace

std::string write_junit(const ReportedSuite& suite) {
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"{}\" errors=\"0\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\" timestamp=\"{}\">\n",
        xml_text(suite.name),
        suite.tests.size(),
        count_of(suite.tests, Outcome::fail),
        count_of(suite.tests, Outcome::skip),
        std::chrono::duration<double>(suite.duration).count(),
        format_go_time(kRfc3339Layout, suite.now)
    );
    for (const ReportedTest& test : suite.tests) {
        const std::string text = xml_text(test.text);
        out += "<testcase name=\"" + xml_text(test.name) + "\" time=\"0.000\">\n";
        if (test.outcome == Outcome::fail) {
            out += "<system-err>" + text + "</system-err>\n<failure>" + text + "</failure>\n";
        } else {
            out += test.outcome == Outcome::skip ? "<skipped/>" : "";
            out += "<system-out>" + text + "</system-out>\n";
        }
        out += "</testcase>\n";
    }
    return out + "</testsuite>\n";
}

std::string write_tap(const std::vector<ReportedTest>& tests) {
    std::string out = fmt::format("1..{}\n", tests.size());
    std::size_t number = 0;
    for (const ReportedTest& test : tests) {
        out += test.outcome == Outcome::fail ? "not ok " : "ok ";
        out += std::to_string(++number) + (test.outcome == Outcome::skip ? " - # SKIP " : " - ") +
               test.text + "\n";
    }
    return out;
}

}  // namespace kiln
