#include "template/selection.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::tmpl {

namespace {

bool matches(const std::string& pattern, std::string_view name, NameMatch match) {
    return match == NameMatch::exact ? pattern == name : glob_match(pattern, name);
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view name, NameMatch match) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return matches(pattern, name, match);
    });
}

}  // namespace

bool Selection::selects_build(std::string_view name, NameMatch match) const {
    return (only.empty() || any_matches(only, name, match)) && !any_matches(except, name, match);
}

bool Selection::selects_post_processor(
    std::string_view name, std::string_view type, NameMatch match
) const {
    return !any_matches(except, type, match) && (name.empty() || !any_matches(except, name, match));
}

std::vector<std::string> unmatched_patterns(
    const std::vector<std::string>& patterns, const std::vector<std::string>& names, NameMatch match
) {
    std::vector<std::string> unmatched;
    for (const std::string& pattern : patterns) {
        const bool matched = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return matches(pattern, name, match);
        });
        if (!matched) {
            unmatched.push_back(pattern);
        }
    }
    return unmatched;
}

}  // namespace kiln::tmpl
