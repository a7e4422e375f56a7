#include "goss/report.hpp"

#include "base/go_time.hpp"
#include "base/strings.hpp"
#include "base/test_report.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::goss {

const std::vector<std::string>& formats() {
    static const std::vector<std::string> all = {
        "documentation",
        "json",
        "json_oneline",
        "junit",
        "nagios",
        "nagios_verbose",
        "rspecish",
        "silent",
        "tap"};
    return all;
}

int exit_code(const std::vector<ResultGroup>& groups, const std::string& format) {
    if (count(groups).failed == 0) {
        return 0;
    }
    return format.starts_with("nagios") ? 2 : 1;
}

namespace {

std::string indented(const std::string& text) {
    return "    " + replace_all(text, "\n", "\n    ");
}

std::string one_line(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) {
            out += c;
        } else if (!out.ends_with(' ')) {
            out += ' ';
        }
    }
    return out;
}

// What is expected beside what is, line by line where both are texts of several lines.
void add_difference(std::vector<std::string>& parts, const Mismatch& mismatch) {
    const std::string* want = mismatch.expected.string();
    const std::string* got = mismatch.actual.string();
    if (want == nullptr || got == nullptr || *want == *got) {
        return;
    }
    std::string diff = "--- test\n+++ actual\n";
    const std::vector<std::string> old_lines = split(*want, '\n');
    const std::vector<std::string> new_lines = split(*got, '\n');
    std::size_t head = 0;
    while (head < std::min(old_lines.size(), new_lines.size()) && old_lines[head] == new_lines[head]
    ) {
        ++head;
    }
    std::size_t tail = 0;
    while (tail < std::min(old_lines.size(), new_lines.size()) - head &&
           old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) {
        ++tail;
    }
    diff += fmt::format(
        "@@ -{},{} +{},{} @@",
        head + 1,
        old_lines.size() - head - tail,
        head + 1,
        new_lines.size() - head - tail
    );
    for (std::size_t i = head; i < old_lines.size() - tail; ++i) {
        diff += "\n-" + old_lines[i];
    }
    for (std::size_t i = head; i < new_lines.size() - tail; ++i) {
        diff += "\n+" + new_lines[i];
    }
    parts.emplace_back("diff");
    parts.push_back(indented(diff));
}

bool says_something(const std::optional<Value>& list) {
    return list && list->list() != nullptr && !list->list()->empty();
}

std::string explanation(const TestResult& result, bool compact) {
    std::vector<std::string> parts;
    const auto add = [&](const std::string& title, const Value& value) {
        parts.push_back(title);
        parts.push_back(compact ? to_json(value) : indented(to_json(value)));
    };
    if (result.error) {
        parts.emplace_back("Error");
        parts.push_back(compact ? one_line(*result.error) : indented(*result.error));
    } else {
        const Mismatch& mismatch = *result.mismatch;
        add("Expected", mismatch.actual);
        add(mismatch.message, mismatch.expected);
        if (!compact) {
            add_difference(parts, mismatch);
        }
        if (says_something(mismatch.missing)) {
            add("the missing elements were", *mismatch.missing);
        }
        if (says_something(mismatch.extra)) {
            add("the extra elements were", *mismatch.extra);
        }
        if (!mismatch.transforms.empty()) {
            add("the transform chain was", mismatch.transforms);
            add("the raw value was", mismatch.untransformed);
        }
    }
    return join(parts, compact ? " " : "\n");
}

std::string summary_line(const TestResult& result, bool compact) {
    const std::string head =
        result.resource_type + ": " + result.resource_id + ": " + result.property + ":";
    switch (result.outcome) {
        case Outcome::pass:
            return head + " matches expectation: " + to_json(result.expected);
        case Outcome::skip:
            return head + " skipped";
        case Outcome::fail:
            break;
    }
    return head + (compact ? " " : "\n") + explanation(result, compact);
}

std::string header(const TestResult& result) {
    std::string out = result.title.empty() ? "" : "Title: " + result.title + "\n";
    if (result.meta.map() != nullptr) {
        out += "Meta:\n";
        for (const auto& [key, value] : *result.meta.map()) {
            out += "    " + key + ": " + to_text(value) + "\n";
        }
    }
    return out;
}

double seconds(const ReportStyle& style) {
    return std::chrono::duration<double>(style.duration).count();
}

std::string counts_text(const std::vector<ResultGroup>& groups) {
    const Counts counts = count(groups);
    return fmt::format(
        "Count: {}, Failed: {}, Skipped: {}", counts.all, counts.failed, counts.skipped
    );
}

std::string failures(const std::vector<ResultGroup>& groups) {
    std::string out;
    for (const ResultGroup& group : groups) {
        std::string own;
        for (const TestResult& result : group) {
            own += result.outcome == Outcome::pass ? "" : summary_line(result, false) + "\n";
        }
        out += own.empty() ? "" : header(group.front()) + own + "\n";
    }
    return out.empty() ? "" : "Failures/Skipped:\n\n" + out;
}

std::string totals(const std::vector<ResultGroup>& groups, const ReportStyle& style) {
    return fmt::format("Total Duration: {:.3f}s\n", seconds(style)) + counts_text(groups) + "\n";
}

std::string documentation(const std::vector<ResultGroup>& groups, const ReportStyle& style) {
    std::string out;
    for (const ResultGroup& group : groups) {
        out += header(group.front());
        for (const TestResult& result : group) {
            out += summary_line(result, false) + "\n";
        }
    }
    return out + "\n\n" + failures(groups) + totals(groups, style);
}

std::string rspecish(const std::vector<ResultGroup>& groups, const ReportStyle& style) {
    std::string out;
    for (const ResultGroup& group : groups) {
        for (const TestResult& result : group) {
            out += result.outcome == Outcome::pass   ? "."
                   : result.outcome == Outcome::skip ? "S"
                                                     : "F";
        }
    }
    return out + "\n\n" + failures(groups) + totals(groups, style);
}

ReportedTest::Outcome reported_outcome(Outcome outcome) {
    switch (outcome) {
        case Outcome::pass:
            return ReportedTest::Outcome::pass;
        case Outcome::skip:
            return ReportedTest::Outcome::skip;
        case Outcome::fail:
            break;
    }
    return ReportedTest::Outcome::fail;
}

std::vector<ReportedTest> reported_tests(const std::vector<ResultGroup>& groups) {
    std::vector<ReportedTest> tests;
    for (const ResultGroup& group : groups) {
        for (const TestResult& result : group) {
            tests.push_back(
                {reported_outcome(result.outcome),
                 result.resource_type + " " + result.resource_id + " " + result.property,
                 summary_line(result, true)}
            );
        }
    }
    return tests;
}

std::string nagios(const std::vector<ResultGroup>& groups, const ReportStyle& style) {
    const auto has = [&](const char* option) {
        return std::find(style.options.begin(), style.options.end(), option) != style.options.end();
    };
    const Counts counts = count(groups);
    std::string out = fmt::format(
        "GOSS {} - {}, Duration: {:.3f}s",
        counts.failed > 0 ? "CRITICAL" : "OK",
        counts_text(groups),
        seconds(style)
    );
    if (has("perfdata")) {
        out += fmt::format(
            "|total={} failed={} skipped={} duration={:.3f}s",
            counts.all,
            counts.failed,
            counts.skipped,
            seconds(style)
        );
    }
    out += "\n";
    std::size_t number = 0;
    for (const ResultGroup& group : groups) {
        for (const TestResult& result : group) {
            if (result.outcome == Outcome::fail &&
                (has("verbose") || style.format == "nagios_verbose")) {
                out += fmt::format("Fail {} - {}\n", ++number, summary_line(result, true));
            }
        }
    }
    return out;
}

Value optional_value(const std::optional<Value>& value) {
    return value.value_or(Value());
}

Value matcher_result(const TestResult& result) {
    Mismatch shown;
    if (result.mismatch) {
        shown = *result.mismatch;
    } else if (result.outcome == Outcome::pass) {
        shown.actual = result.actual;
        shown.message = "matches expectation";
        shown.expected = result.expected;
    }
    return Value::Map{
        {"actual", shown.actual},
        {"message", shown.message},
        {"expected", shown.expected},
        {"missing-elements", optional_value(shown.missing)},
        {"found-elements", optional_value(shown.found)},
        {"extra-elements", optional_value(shown.extra)},
        {"transform-chain", shown.transforms.empty() ? Value() : Value(shown.transforms)},
        {"untransformed-value", shown.untransformed}};
}

std::string json(const std::vector<ResultGroup>& groups, const ReportStyle& style) {
    const Counts counts = count(groups);
    const std::string at = format_go_time(kRfc3339Layout, style.now);
    Value::List results;
    for (const ResultGroup& group : groups) {
        for (const TestResult& result : group) {
            results.push_back(Value::Map{
                {"successful", result.outcome != Outcome::fail},
                {"skipped", result.outcome == Outcome::skip},
                {"resource-id", result.resource_id},
                {"resource-type", result.resource_type},
                {"property", result.property},
                {"title", result.title},
                {"meta", result.meta},
                {"result", static_cast<std::int64_t>(result.outcome)},
                {"err", result.error ? Value(*result.error) : Value()},
                {"matcher-result", matcher_result(result)},
                {"start-time", at},
                {"end-time", at},
                {"duration", std::int64_t{0}},
                {"summary-line", summary_line(result, false)},
                {"summary-line-compact", summary_line(result, true)}});
        }
    }
    const auto number = [](std::size_t n) { return Value(static_cast<std::int64_t>(n)); };
    const Value document = Value::Map{
        {"results", results},
        {"summary",
         Value::Map{
             {"test-count", number(counts.all)},
             {"failed-count", number(counts.failed)},
             {"skipped-count", number(counts.skipped)},
             {"total-duration", std::chrono::nanoseconds(style.duration).count()},
             {"summary-line",
              counts_text(groups) + fmt::format(", Duration: {:.3f}s", seconds(style))}}}};
    const bool pretty =
        std::find(style.options.begin(), style.options.end(), "pretty") != style.options.end();
    return (pretty ? to_pretty_json(document) : to_json(document)) + "\n";
}

}  // namespace

std::string write_report(const std::vector<ResultGroup>& unsorted, const ReportStyle& style) {
    std::vector<ResultGroup> groups = unsorted;
    std::stable_sort(groups.begin(), groups.end(), [](const ResultGroup& a, const ResultGroup& b) {
        const auto key = [](const TestResult& r) { return r.resource_type + ":" + r.resource_id; };
        return key(a.front()) < key(b.front());
    });
    if (style.format == "silent") {
        return "";
    }
    if (style.format == "rspecish") {
        return rspecish(groups, style);
    }
    if (style.format == "tap") {
        return write_tap(reported_tests(groups));
    }
    if (style.format == "junit") {
        return write_junit({"goss", reported_tests(groups), style.duration, style.now});
    }
    if (style.format.starts_with("nagios")) {
        return nagios(groups, style);
    }
    return style.format.starts_with("json") ? json(groups, style) : documentation(groups, style);
}

}  // namespace kiln::goss
