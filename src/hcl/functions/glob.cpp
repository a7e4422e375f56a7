#include "hcl/functions/glob.hpp"

#include "hcl/unicode.hpp"

#include <algorithm>

namespace kiln::hcl::functions {

namespace {

constexpr std::size_t kMaxAlternatives = 1000;

/// A group's alternatives and what follows its closing brace.
struct BraceGroup {
    std::vector<std::string_view> alternatives;
    std::string_view rest;
};

/// Reads behind the opening brace.
std::optional<BraceGroup> read_group(std::string_view text) {
    BraceGroup group;
    std::size_t depth = 1;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') {
            ++i;
        } else if (c == '{') {
            ++depth;
        } else if ((c == ',' && depth == 1) || (c == '}' && --depth == 0)) {
            group.alternatives.push_back(text.substr(start, i - start));
            start = i + 1;
        }
        if (depth == 0) {
            group.rest = text.substr(i + 1);
            return group;
        }
    }
    return std::nullopt;
}

std::size_t find_unescaped_brace(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (pattern[i] == '{') {
            return i;
        }
    }
    return std::string_view::npos;
}

using Points = std::vector<std::string_view>;

/// Views order by bytes, and so do the code points of UTF-8.
bool in_range(std::string_view point, std::string_view low, std::string_view high) {
    return low <= point && point <= high;
}

/// A bracket expression at the front, between the brackets; advances behind it.
class Bracket {
public:
    Bracket(const Points& pattern, std::size_t& at) : pattern_(pattern), at_(at) {
        ++at_;
        negated_ = is("^") || is("!");
        at_ += negated_ ? 1U : 0U;
    }

    /// Nothing when it is not closed or has no content.
    std::optional<bool> matches(std::string_view point) {
        bool found = false;
        bool any = false;
        while (at_ < pattern_.size() && !(any && is("]"))) {
            const std::optional<std::string_view> low = next();
            std::optional<std::string_view> high = low;
            if (is("-") && !is_last_before_end()) {
                ++at_;
                high = next();
            }
            if (!low || !high) {
                return std::nullopt;
            }
            found = found || in_range(point, *low, *high);
            any = true;
        }
        if (at_ >= pattern_.size()) {
            return std::nullopt;
        }
        ++at_;
        return found != negated_;
    }

private:
    bool is(std::string_view wanted) const {
        return at_ < pattern_.size() && pattern_[at_] == wanted;
    }
    bool is_last_before_end() const {
        return at_ + 1 < pattern_.size() && pattern_[at_ + 1] == "]";
    }
    std::optional<std::string_view> next() {
        at_ += is("\\") ? 1U : 0U;
        return at_ < pattern_.size() ? std::optional(pattern_[at_++]) : std::nullopt;
    }

    const Points& pattern_;
    std::size_t& at_;
    bool negated_ = false;
};

/// Matches one point of the name against the element of the pattern at `at`, which is no `*`, and
/// advances behind the element.
bool match_point(const Points& pattern, std::size_t& at, std::string_view point) {
    if (pattern[at] == "[") {
        return Bracket(pattern, at).matches(point).value_or(false);
    }
    if (pattern[at] == "?") {
        ++at;
        return true;
    }
    at += pattern[at] == "\\" ? 1U : 0U;
    return at < pattern.size() && pattern[at++] == point;
}

}  // namespace

std::optional<std::vector<std::string>> expand_braces(std::string_view pattern) {
    const std::size_t brace = find_unescaped_brace(pattern);
    if (brace == std::string_view::npos) {
        return std::vector<std::string>{std::string(pattern)};
    }
    const std::optional<BraceGroup> group = read_group(pattern.substr(brace + 1));
    if (!group) {
        return std::nullopt;
    }
    std::vector<std::string> expanded;
    for (const std::string_view alternative : group->alternatives) {
        const auto rest = expand_braces(std::string(alternative) + std::string(group->rest));
        if (!rest || expanded.size() + rest->size() > kMaxAlternatives) {
            return std::nullopt;
        }
        for (const std::string& tail : *rest) {
            expanded.push_back(std::string(pattern.substr(0, brace)) + tail);
        }
    }
    return expanded;
}

bool is_valid_name_pattern(std::string_view pattern) {
    const Points points = code_points(pattern);
    std::size_t at = 0;
    while (at < points.size()) {
        if (points[at] == "[") {
            if (!Bracket(points, at).matches("")) {
                return false;
            }
        } else {
            at += points[at] == "\\" ? 2U : 1U;
        }
    }
    return at == points.size();
}

// A star first takes nothing and one character more each time what follows does not match; only
// the last star passed can need that, because an earlier one would gain nothing by it.
bool match_name(std::string_view pattern, std::string_view name) {
    const Points patterns = code_points(pattern);
    const Points points = code_points(name);
    std::size_t at = 0;
    std::size_t point = 0;
    std::optional<std::size_t> star;
    std::size_t star_point = 0;
    while (point < points.size() || at < patterns.size()) {
        if (at < patterns.size() && patterns[at] == "*") {
            star = at++;
            star_point = point;
            continue;
        }
        std::size_t next = at;
        if (point < points.size() && at < patterns.size() &&
            match_point(patterns, next, points[point])) {
            at = next;
            ++point;
            continue;
        }
        if (!star || star_point == points.size()) {
            return false;
        }
        at = *star + 1;
        point = ++star_point;
    }
    return true;
}

bool has_wildcards(std::string_view pattern) {
    return pattern.find_first_of("*?[\\") != std::string_view::npos;
}

}  // namespace kiln::hcl::functions
