#pragma once

#include "goss/matcher.hpp"
#include "goss/patterns.hpp"
#include "goss/semver.hpp"

#include <cstddef>
#include <functional>
#include <re2/re2.h>
#include <string>
#include <vector>

// The matchers that make_matcher() puts together.

namespace kiln::goss {

using Matchers = std::vector<MatcherPtr>;

/// A matcher that is a name, an argument and a test. `name` and `message` are literals.
MatcherPtr make_simple(
    const char* name,
    const char* message,
    const Value& argument,
    std::function<MatchResult(const Value& actual)> test
);

MatcherPtr equal_to(const Value& expected);
/// `name` is eq, gt, ge, lt or le; what it compares must be a number.
MatcherPtr numerically(const std::string& name, const Value& expected);
MatcherPtr have_length(std::size_t length);
MatcherPtr match_regexp(const std::string& text, std::shared_ptr<const re2::RE2> regexp);
MatcherPtr satisfy_versions(const std::string& text, const VersionRange& range);
/// `spelled` is the list as the test has it.
MatcherPtr have_patterns(Patterns patterns, Value spelled);

/// Each converts the fact before the inner matcher sees it.
MatcherPtr as_text(MatcherPtr inner);
MatcherPtr as_number(MatcherPtr inner);
MatcherPtr as_list(MatcherPtr inner);
MatcherPtr at_json_path(const std::string& path, MatcherPtr inner);

MatcherPtr negated(MatcherPtr inner);
MatcherPtr all_of(Matchers all);
MatcherPtr any_of(Matchers any);

MatcherPtr have_key(MatcherPtr key);
MatcherPtr contain_element(MatcherPtr element);
/// contain-elements, or with `exact` consist-of: each matcher has an element of its own, and with
/// `exact` no element is left over.
MatcherPtr have_elements(Matchers matchers, bool exact);

/// What stands for a value in an error, cut where it is long.
std::string shown(const Value& value);
Mismatch plain_mismatch(
    const Value& actual, const char* message, const Value& expected, bool negated
);
/// {name: argument}
Value named(const char* name, Value argument);
/// As a test would write them.
Value texts_of(const Matchers& matchers);
/// The elements as one text.
Value lines_of(const Value::List& list);

}  // namespace kiln::goss
