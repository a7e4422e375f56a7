#include "node/check.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::node {

namespace {

int count(const CheckResults& results, CheckStatus status) {
    return static_cast<int>(std::count_if(
        results.begin(), results.end(), [&](const CheckResult& one) { return one.status == status; }
    ));
}

std::string xml(const std::string& text) {
    std::string escaped;
    for (const char c : to_valid_utf8(text)) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                // XML 1.0 has no other control characters.
                escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return escaped;
}

std::string label(const std::string& text) {
    return replace_all(replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\""), "\n", "\\n");
}

std::string sentence(const CheckResult& one) {
    std::string text = one.path + ": found " + (one.found.empty() ? "nothing" : one.found);
    if (!one.expected.empty()) {
        text += ", expected " + one.expected;
    }
    return text;
}

}  // namespace

std::string name_of(CheckStatus status) {
    switch (status) {
        case CheckStatus::pass:
            return "pass";
        case CheckStatus::info:
            return "info";
        case CheckStatus::warn:
            return "warn";
        case CheckStatus::fail:
            break;
    }
    return "fail";
}

void Checks::expect(
    bool holds,
    CheckStatus status,
    std::string id,
    std::string path,
    std::string found,
    std::string expected,
    std::string remedy
) {
    results.push_back(
        {std::move(id),
         holds ? CheckStatus::pass : status,
         std::move(path),
         std::move(found),
         std::move(expected),
         holds ? "" : std::move(remedy)}
    );
}

void Checks::info(std::string id, std::string path, std::string found) {
    results.push_back({std::move(id), CheckStatus::info, std::move(path), std::move(found), "", ""}
    );
}

CheckStatus worst(const CheckResults& results) {
    CheckStatus status = CheckStatus::pass;
    for (const CheckResult& one : results) {
        status = std::max(status, one.status);
    }
    return status;
}

std::string print_checks_text(const CheckResults& results) {
    std::string text;
    for (const CheckResult& one : results) {
        text += name_of(one.status) + "  " + one.id;
        if (one.status == CheckStatus::pass || one.status == CheckStatus::info) {
            text += one.found.empty() ? "\n" : "  " + one.found + "\n";
            continue;
        }
        text += "\n      " + sentence(one) + "\n";
        if (!one.remedy.empty()) {
            text += "      " + one.remedy + "\n";
        }
    }
    return text + std::to_string(count(results, CheckStatus::pass)) + " passed, " +
           std::to_string(count(results, CheckStatus::warn)) + " warnings, " +
           std::to_string(count(results, CheckStatus::fail)) + " failed\n";
}

std::string print_checks_json(const CheckResults& results) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const CheckResult& one : results) {
        list.push_back(
            {{"id", one.id},
             {"status", name_of(one.status)},
             {"path", one.path},
             {"found", to_valid_utf8(one.found)},
             {"expected", one.expected},
             {"remedy", one.remedy}}
        );
    }
    const nlohmann::ordered_json json = {
        {"status", name_of(worst(results))}, {"checks", std::move(list)}};
    return json.dump(2) + "\n";
}

std::string print_checks_junit(const CheckResults& results) {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"kiln-node\" "
        "tests=\"" +
        std::to_string(results.size()) + "\" failures=\"" +
        std::to_string(count(results, CheckStatus::fail)) + "\" skipped=\"" +
        std::to_string(count(results, CheckStatus::info)) + "\">\n";
    for (const CheckResult& one : results) {
        text += "  <testcase classname=\"kiln-node\" name=\"" + xml(one.id) + "\"";
        if (one.status == CheckStatus::fail) {
            text += ">\n    <failure message=\"" + xml(sentence(one)) + "\">" + xml(one.remedy) +
                    "</failure>\n  </testcase>\n";
        } else if (one.status == CheckStatus::warn) {
            text += ">\n    <system-out>warning: " + xml(sentence(one) + "; " + one.remedy) +
                    "</system-out>\n  </testcase>\n";
        } else if (one.status == CheckStatus::info) {
            text += ">\n    <skipped message=\"" + xml(one.found) + "\"/>\n  </testcase>\n";
        } else {
            text += "/>\n";
        }
    }
    return text + "</testsuite>\n";
}

std::string print_checks_prometheus(const CheckResults& results) {
    std::string text =
        "# HELP kiln_node_check Checks of the node's tuning: 1 passed, 0 did not.\n"
        "# TYPE kiln_node_check gauge\n";
    for (const CheckResult& one : results) {
        const bool good = one.status == CheckStatus::pass || one.status == CheckStatus::info;
        text += "kiln_node_check{id=\"" + label(one.id) + "\",status=\"" + name_of(one.status) +
                "\"} " + (good ? "1" : "0") + "\n";
    }
    text +=
        "# HELP kiln_node_checks Number of checks by how they came out.\n"
        "# TYPE kiln_node_checks gauge\n";
    for (const CheckStatus status :
         {CheckStatus::pass, CheckStatus::info, CheckStatus::warn, CheckStatus::fail}) {
        text += "kiln_node_checks{status=\"" + name_of(status) + "\"} " +
                std::to_string(count(results, status)) + "\n";
    }
    return text;
}

}  // namespace kiln::node
