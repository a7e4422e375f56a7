#include "base/strings.hpp"
#include "base/test_report.hpp"
#include "prove/report.hpp"

#include <nlohmann/json.hpp>

namespace kiln::prove {
namespace {

using ProveJson = nlohmann::ordered_json;

ProveJson text_or_null(const std::string& text) {
    return text.empty() ? ProveJson() : ProveJson(text);
}

ReportedTest::Outcome outcome_of(Status status, bool strict) {
    switch (status) {
        case Status::pass:
            return ReportedTest::Outcome::pass;
        case Status::warn:
            return strict ? ReportedTest::Outcome::fail : ReportedTest::Outcome::pass;
        case Status::fail:
            return ReportedTest::Outcome::fail;
        case Status::skip:
            break;
    }
    return ReportedTest::Outcome::skip;
}

std::vector<ReportedTest> tests_of(const std::vector<Result>& results, bool strict) {
    std::vector<ReportedTest> tests;
    for (const Result& result : results) {
        const std::string name =
            result.group + " " + result.id + (result.subject.empty() ? "" : " " + result.subject);
        std::string text = result.group + ": " + result.id + ": ";
        text += result.subject.empty() ? "" : result.subject + ": ";
        text += result.status == Status::warn ? "warning: " + result.detail : result.detail;
        text += result.remedy.empty() ? "" : "; remedy: " + result.remedy;
        tests.push_back(
            {outcome_of(result.status, strict), name, replace_all(to_valid_utf8(text), "\n", " ")}
        );
    }
    return tests;
}

}  // namespace

std::string results_json(
    const std::vector<Result>& results, const std::string& image, bool strict
) {
    const Counts counts = count(results);
    ProveJson list = ProveJson::array();
    for (const Result& result : results) {
        list.push_back(
            {{"group", result.group},
             {"id", result.id},
             {"subject", text_or_null(result.subject)},
             {"status", to_string(result.status)},
             {"detail", text_or_null(result.detail)},
             {"remedy", text_or_null(result.remedy)}}
        );
    }
    const ProveJson document = {
        {"image", image},
        {"good", is_good(results, strict)},
        {"passed", counts.passed},
        {"warned", counts.warned},
        {"failed", counts.failed},
        {"skipped", counts.skipped},
        {"results", std::move(list)}};
    return document.dump(2, ' ', false, ProveJson::error_handler_t::replace) + "\n";
}

std::string results_tap(const std::vector<Result>& results, bool strict) {
    return write_tap(tests_of(results, strict));
}

std::string results_junit(
    const std::vector<Result>& results,
    const std::string& image,
    bool strict,
    std::chrono::milliseconds duration,
    std::chrono::system_clock::time_point now
) {
    return write_junit({image, tests_of(results, strict), duration, now});
}

}  // namespace kiln::prove
