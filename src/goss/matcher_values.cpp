#include "base/strings.hpp"
#include "goss/matchers.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace kiln::goss {

namespace {

/// A matcher that is a name, an argument and a test.
class Simple final : public Matcher {
public:
    using Test = std::function<MatchResult(const Value& actual)>;

    Simple(const char* name, const char* message, const Value& argument, Test test)
        : name_(name), message_(message), argument_(argument), test_(std::move(test)) {}

    MatchResult match(const Value& actual) const override { return test_(actual); }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        return plain_mismatch(actual, message_, argument_, negated);
    }
    Value text() const override {
        return std::string_view(name_) == "equal" ? argument_ : named(name_, argument_);
    }

private:
    const char* name_;
    const char* message_;
    Value argument_;
    Test test_;
};

const std::map<std::string, const char*>& comparisons() {
    static const std::map<std::string, const char*> all = {
        {"eq", "to be numerically eq"},
        {"gt", "to be numerically gt"},
        {"ge", "to be numerically ge"},
        {"lt", "to be numerically lt"},
        {"le", "to be numerically le"}};
    return all;
}

bool compare_numbers(const std::string& how, const Value& a, const Value& b) {
    const auto holds = [&](const auto& x, const auto& y) {
        return how == "eq"   ? x == y
               : how == "gt" ? x > y
               : how == "ge" ? x >= y
               : how == "lt" ? x < y
                             : x <= y;
    };
    if (a.integer() != nullptr && b.integer() != nullptr) {
        return holds(*a.integer(), *b.integer());
    }
    return holds(a.as_double(), b.as_double());
}

MatchResult has_length(const Value& actual, std::size_t wanted) {
    if (actual.string() != nullptr) {
        return {actual.string()->size() == wanted};
    }
    if (actual.list() != nullptr) {
        return {actual.list()->size() == wanted};
    }
    if (actual.map() != nullptr) {
        return {actual.map()->size() == wanted};
    }
    return {
        false,
        "HaveLen matcher expects a string/array/map/channel/slice.  Got:\n    " + shown(actual)};
}

MatchResult in_version_range(const VersionRange& range, const Value& actual) {
    Value::List versions;
    if (actual.string() != nullptr) {
        versions.push_back(actual);
    } else if (actual.list() != nullptr) {
        versions = *actual.list();
    }
    bool all = true;
    bool valid = !versions.empty();
    for (const Value& value : versions) {
        const auto version =
            value.string() != nullptr ? SemanticVersion::parse(*value.string()) : std::nullopt;
        valid = valid && version.has_value();
        all = all && version && range.contains(*version);
    }
    if (!valid) {
        return {
            false,
            "Expected a single or list of semver valid version(s).  Got:\n    " + shown(actual)};
    }
    return {all};
}

}  // namespace

std::string shown(const Value& value) {
    constexpr std::size_t kMaxShown = 200;
    const std::string text = to_json(value);
    return std::string("<") + type_name(value) +
           ">: " + (text.size() > kMaxShown ? text.substr(0, kMaxShown) + "..." : text);
}

Mismatch plain_mismatch(
    const Value& actual, const char* message, const Value& expected, bool negated
) {
    Mismatch mismatch;
    mismatch.actual = actual;
    mismatch.message = negated ? std::string("not ") + message : message;
    mismatch.expected = expected;
    return mismatch;
}

Value named(const char* name, Value argument) {
    return Value::Map{{name, std::move(argument)}};
}

Value texts_of(const Matchers& matchers) {
    Value::List list;
    for (const MatcherPtr& matcher : matchers) {
        list.push_back(matcher->text());
    }
    return list;
}

Value lines_of(const Value::List& list) {
    std::vector<std::string> lines;
    for (const Value& element : list) {
        lines.push_back(to_text(element));
    }
    return join(lines, "\n");
}

MatcherPtr make_simple(
    const char* name,
    const char* message,
    const Value& argument,
    std::function<MatchResult(const Value& actual)> test
) {
    return std::make_shared<Simple>(name, message, argument, std::move(test));
}

MatcherPtr equal_to(const Value& expected) {
    return make_simple("equal", "to equal", expected, [expected](const Value& actual) {
        if (actual.is_null() && expected.is_null()) {
            return MatchResult{false, "Refusing to compare <nil> to <nil>."};
        }
        return MatchResult{actual == expected};
    });
}

MatcherPtr numerically(const std::string& name, const Value& expected) {
    const auto comparison = comparisons().find(name);
    return make_simple(
        comparison->first.c_str(),
        comparison->second,
        expected,
        [name, expected](const Value& actual) {
            return MatchResult{compare_numbers(name, actual, expected)};
        }
    );
}

MatcherPtr have_length(std::size_t length) {
    return make_simple(
        "have-len",
        "to have length",
        static_cast<std::int64_t>(length),
        [length](const Value& actual) { return has_length(actual, length); }
    );
}

MatcherPtr match_regexp(const std::string& text, std::shared_ptr<const re2::RE2> regexp) {
    return make_simple(
        "match-regexp",
        "to match regular expression",
        text,
        [regexp = std::move(regexp)](const Value& actual) {
            return MatchResult{re2::RE2::PartialMatch(*actual.string(), *regexp)};
        }
    );
}

MatcherPtr satisfy_versions(const std::string& text, const VersionRange& range) {
    return make_simple(
        "semver-constraint",
        "to satisfy semver constraint",
        text,
        [range](const Value& actual) { return in_version_range(range, actual); }
    );
}

}  // namespace kiln::goss
