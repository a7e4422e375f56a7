#include "template/version_constraint.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kiln::tmpl {

namespace {

std::optional<unsigned> parse_number(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return number;
}

// Semantic versioning: numbers by size, texts by bytes, numbers before texts, fewer before more.
std::strong_ordering compare_pre_release(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty()) {
        return a.empty() <=> b.empty();  // a release comes after its pre-releases
    }
    const std::vector<std::string> left = split(a, '.');
    const std::vector<std::string> right = split(b, '.');
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
        const std::optional<unsigned> x = parse_number(left[i]);
        const std::optional<unsigned> y = parse_number(right[i]);
        const std::strong_ordering order = x && y               ? *x <=> *y
                                           : x.has_value() || y ? y.has_value() <=> x.has_value()
                                                                : left[i].compare(right[i]) <=> 0;
        if (order != 0) {
            return order;
        }
    }
    return left.size() <=> right.size();
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
    text = trim(text);
    if (text.starts_with('v')) {
        text.remove_prefix(1);
    }
    text = text.substr(0, text.find('+'));
    Version version;
    if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
        version.pre_release = text.substr(dash + 1);
        text = text.substr(0, dash);
        if (version.pre_release.empty()) {
            return std::nullopt;
        }
    }
    for (const std::string& part : split(text, '.')) {
        const std::optional<unsigned> number = parse_number(part);
        if (!number) {
            return std::nullopt;
        }
        version.parts.push_back(*number);
    }
    version.given_parts = version.parts.size();
    version.parts.resize(std::max<std::size_t>(3, version.parts.size()), 0);
    return version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
    const std::size_t size = std::max(parts.size(), other.parts.size());
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned a = i < parts.size() ? parts[i] : 0;
        const unsigned b = i < other.parts.size() ? other.parts[i] : 0;
        if (a != b) {
            return a <=> b;
        }
    }
    return compare_pre_release(pre_release, other.pre_release);
}

std::optional<VersionConstraint::Term> VersionConstraint::parse_term(std::string_view text) {
    text = trim(text);
    constexpr std::pair<std::string_view, Operator> kOperators[] = {
        {"~>", Operator::pessimistic},
        {">=", Operator::at_least},
        {"<=", Operator::at_most},
        {"!=", Operator::not_equal},
        {">", Operator::greater},
        {"<", Operator::less},
        {"=", Operator::equal},
        {"", Operator::equal}};
    for (const auto& [sign, operation] : kOperators) {
        if (text.starts_with(sign)) {
            std::optional<Version> version = Version::parse(text.substr(sign.size()));
            return version ? std::optional(Term{operation, std::move(*version)}) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<VersionConstraint> VersionConstraint::parse(std::string_view text) {
    VersionConstraint constraint;
    for (const std::string& part : split(text, ',')) {
        std::optional<Term> term = parse_term(part);
        if (!term) {
            return std::nullopt;
        }
        constraint.terms_.push_back(std::move(*term));
    }
    return constraint;
}

bool VersionConstraint::allows(const Version& version) const {
    return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
        return holds(term, version);
    });
}

bool VersionConstraint::mentions_pre_release() const {
    return std::any_of(terms_.begin(), terms_.end(), [](const Term& term) {
        return !term.version.pre_release.empty();
    });
}

bool VersionConstraint::holds(const Term& term, const Version& version) {
    const bool ordered = term.operation != Operator::equal && term.operation != Operator::not_equal;
    if (ordered && !version.pre_release.empty() &&
        (term.version.pre_release.empty() || term.version.parts != version.parts)) {
        return false;
    }
    const std::strong_ordering order = version <=> term.version;
    switch (term.operation) {
        case Operator::equal:
            return order == 0;
        case Operator::not_equal:
            return order != 0;
        case Operator::greater:
            return order > 0;
        case Operator::at_least:
            return order >= 0;
        case Operator::less:
            return order < 0;
        case Operator::at_most:
            return order <= 0;
        case Operator::pessimistic:
            break;
    }
    // ~> 1.2.3 fixes all parts but the last one that is written.
    const auto fixed =
        static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, term.version.given_parts - 1));
    return order >= 0 &&
           std::equal(
               term.version.parts.begin(), term.version.parts.begin() + fixed, version.parts.begin()
           );
}

}  // namespace kiln::tmpl
