#include "lint/lint.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

namespace kiln::lint {

namespace {

constexpr std::string_view kIgnore = "kiln:ignore";

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_chosen(const Rule& rule, const Choice& choice) {
    if (contains(choice.disabled, rule.id)) {
        return false;
    }
    return choice.only.empty() ? choice.on_request || !rule.on_request
                               : contains(choice.only, rule.id);
}

/// The rules that the comment on a line names: "# kiln:ignore git-protocol, sysctl-append".
std::vector<std::string> rules_ignored_by(std::string_view line) {
    const std::size_t at = line.find(kIgnore);
    if (at == std::string_view::npos) {
        return {};
    }
    std::string names(line.substr(at + kIgnore.size()));
    std::replace(names.begin(), names.end(), ',', ' ');
    std::vector<std::string> ids;
    for (const std::string& name : split(names, ' ')) {
        ids.emplace_back(trim(name));
    }
    return ids;
}

bool is_comment_line(std::string_view line) {
    const std::string_view text = trim(line);
    return text.starts_with('#') || text.starts_with("//");
}

/// What comments in the scripts and templates take back. Each line is looked at once, however many
/// findings it has.
class IgnoredInText {
public:
    bool holds(const Finding& finding) {
        const SourceRange& at = finding.diagnostic.subject;
        if (!at || at.file->name().ends_with(".json")) {
            return false;  // JSON has no comments
        }
        return contains(ids_for(*at.file, at.file->position(at.begin).line), finding.rule->id);
    }

private:
    // Named on the line, or on the lines of nothing but comment above it.
    const std::vector<std::string>& ids_for(const SourceFile& file, std::size_t line) {
        const auto [found, is_new] = ids_.try_emplace({&file, line});
        std::vector<std::string>& ids = found->second;
        if (is_new) {
            ids = rules_ignored_by(file.line(line));
            while (--line > 0 && is_comment_line(file.line(line))) {
                std::vector<std::string> more = rules_ignored_by(file.line(line));
                ids.insert(ids.end(), more.begin(), more.end());
            }
        }
        return ids;
    }

    std::map<std::pair<const SourceFile*, std::size_t>, std::vector<std::string>> ids_;
};

bool is_ignored_by_flag(const Finding& finding, const std::vector<IgnoredPlace>& places) {
    const SourceRange& at = finding.diagnostic.subject;
    return at && std::any_of(places.begin(), places.end(), [&](const IgnoredPlace& place) {
               return place.rule == finding.rule->id && place.file == at.file->name() &&
                      (place.line == 0 || place.line == at.file->position(at.begin).line);
           });
}

void sort_by_place(std::vector<Finding>& findings, const SourceMap& sources) {
    std::map<const SourceFile*, std::size_t> order;  // what has no place comes first
    for (const auto& file : sources.files()) {
        order.emplace(file.get(), order.size() + 1);
    }
    const auto place = [&](const Finding& finding) {
        const SourceRange& at = finding.diagnostic.subject;
        return std::pair(at ? order[at.file] : 0, at.begin);
    };
    std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
        return place(a) < place(b);
    });
}

[[noreturn]] void wrong_place(const std::string& text) {
    Error error(ErrorKind::usage, "-ignore needs ID:FILE or ID:FILE:LINE, not \"" + text + "\"");
    error.set_hint("-ignore missing-file:template.json:12");
    throw error;
}

}  // namespace

IgnoredPlace parse_ignored_place(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
        wrong_place(text);
    }
    IgnoredPlace place{text.substr(0, colon), text.substr(colon + 1), 0};
    const std::size_t last = place.file.rfind(':');
    if (last != std::string::npos) {
        const std::string digits = place.file.substr(last + 1);
        if (digits.empty() || digits.size() > 9 ||
            digits.find_first_not_of("0123456789") != std::string::npos) {
            wrong_place(text);
        }
        place.line = std::stoul(digits);
        place.file.resize(last);
    }
    return place;
}

void check_rule_names(const Choice& choice) {
    std::vector<std::string> named = choice.only;
    named.insert(named.end(), choice.disabled.begin(), choice.disabled.end());
    for (const IgnoredPlace& place : choice.ignored) {
        named.push_back(place.rule);
    }
    for (const std::string& name : named) {
        if (find_rule(name) == nullptr) {
            std::vector<std::string> ids;
            for (const Rule& rule : rules()) {
                ids.emplace_back(rule.id);
            }
            Error error(ErrorKind::usage, "there is no rule \"" + name + "\"");
            const std::string meant = did_you_mean_hint(name, ids);
            error.set_hint(meant.empty() ? "kiln lint -list shows them" : meant);
            throw error;
        }
    }
}

Result run_rules(const Subject& subject, const Choice& choice) {
    Findings found;
    for (const Rule& rule : rules()) {
        if (is_chosen(rule, choice)) {
            found.begin(rule);
            rule.check(subject, found);
        }
    }
    Result result;
    IgnoredInText ignored_in_text;
    std::copy_if(
        found.list().begin(),
        found.list().end(),
        std::back_inserter(result.findings),
        [&](const Finding& finding) {
            return !ignored_in_text.holds(finding) && !is_ignored_by_flag(finding, choice.ignored);
        }
    );
    sort_by_place(result.findings, subject.texts());
    result.secrets = found.secrets();
    return result;
}

}  // namespace kiln::lint
