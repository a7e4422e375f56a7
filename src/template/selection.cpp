#include "template/selection.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::tmpl {

namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return glob_match(pattern, name);
    });
}

}  // namespace

bool Selection::selects_build(std::string_view full_name) const {
    return (only.empty() || any_matches(only, full_name)) && !any_matches(except, full_name);
}

bool Selection::selects_post_processor(std::string_view name, std::string_view type) const {
    return !any_matches(except, type) && (name.empty() || !any_matches(except, name));
}

std::vector<std::string> unmatched_patterns(
    const std::vector<std::string>& patterns, const std::vector<std::string>& names
) {
    std::vector<std::string> unmatched;
    for (const std::string& pattern : patterns) {
        const bool matched = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return glob_match(pattern, name);
        });
        if (!matched) {
            unmatched.push_back(pattern);
        }
    }
    return unmatched;
}

}  // namespace kiln::tmpl
