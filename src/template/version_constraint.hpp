#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl {

/// "1.16.0", "v2.1", "1.0.0-beta1+build"; missing parts are zero.
struct Version {
    std::vector<unsigned> parts;  ///< at least three
    std::size_t given_parts = 0;  ///< how many were written
    std::string pre_release;      ///< "beta1"; "" without one

    static std::optional<Version> parse(std::string_view text);
    std::strong_ordering operator<=>(const Version& other) const;
    bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

/// ">= 1.2, < 2": all terms must hold.
class VersionConstraint {
public:
    /// Nothing when the text is no constraint.
    static std::optional<VersionConstraint> parse(std::string_view text);
    bool allows(const Version& version) const;
    bool mentions_pre_release() const;

private:
    enum class Operator { equal, not_equal, greater, at_least, less, at_most, pessimistic };
    struct Term {
        Operator operation;
        Version version;
    };
    static std::optional<Term> parse_term(std::string_view text);
    static bool holds(const Term& term, const Version& version);

    std::vector<Term> terms_;
};

}  // namespace kiln::tmpl
