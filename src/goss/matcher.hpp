#pragma once

#include "base/diagnostics.hpp"
#include "goss/document.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

// What a test expects of a fact, with the semantics of goss 0.4 (its docs: "Matchers"): a bare
// text, number, bool or list is a matcher too, and texts are converted to what a matcher works on.

namespace kiln::goss {

class Matcher;
using MatcherPtr = std::shared_ptr<const Matcher>;

/// Why a fact is not as expected.
struct Mismatch {
    Value actual;
    std::string message;  ///< "to have prefix"
    Value expected;
    std::optional<Value> missing, found, extra;  ///< elements of a list
    std::vector<Value> transforms;               ///< {"to-numeric": {}}, outermost first
    Value untransformed;
};

struct MatchResult {
    bool success = false;
    /// The fact is of no type that the matcher works on; then there is no success.
    std::optional<std::string> error = {};
};

class Matcher {
public:
    virtual ~Matcher() = default;
    virtual MatchResult match(const Value& actual) const = 0;
    /// Of a value that does not match; `negated`: that matches although it should not.
    virtual Mismatch mismatch(const Value& actual, bool negated) const = 0;
    /// As a test would write it.
    virtual Value text() const = 0;
};

/// What kind of fact the matcher is for.
enum class Subject {
    value,
    /// Output, a file's contents, a body: a list of expectations is a list of patterns, each of
    /// which some line matches ("text", "/regexp/", "!text that no line has").
    lines,
};

/// Reports what is no matcher, at its place, and gives null then.
MatcherPtr make_matcher(const Node& node, Subject subject, Diagnostics& diagnostics);

/// Names of all matchers, for documents.
const std::vector<std::string>& matcher_names();

}  // namespace kiln::goss
