#include "goss/semver.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace kiln::goss {

namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), &is_digit);
}

std::optional<std::uint64_t> version_number(std::string_view text) {
    std::uint64_t number = 0;
    if (!all_digits(text) || (text.size() > 1 && text[0] == '0')) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

bool is_identifier(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '-';
    });
}

std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
    const bool a_number = all_digits(a);
    const bool b_number = all_digits(b);
    if (a_number && b_number && a.size() != b.size()) {
        return a.size() <=> b.size();
    }
    if (a_number != b_number) {
        return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return a.compare(b) <=> 0;
}

}  // namespace

std::optional<SemanticVersion> SemanticVersion::parse(std::string_view text) {
    SemanticVersion version;
    const std::size_t plus = text.find('+');
    if (plus != std::string_view::npos) {
        for (const std::string& part : split(text.substr(plus + 1), '.')) {
            if (!is_identifier(part)) {
                return std::nullopt;
            }
        }
        text = text.substr(0, plus);
    }
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos) {
        version.prerelease = split(text.substr(dash + 1), '.');
        for (const std::string& part : version.prerelease) {
            const bool zeros = all_digits(part) && part.size() > 1 && part[0] == '0';
            if (!is_identifier(part) || zeros) {
                return std::nullopt;
            }
        }
        text = text.substr(0, dash);
    }
    const std::vector<std::string> parts = split(text, '.');
    if (parts.size() != 3) {
        return std::nullopt;
    }
    std::array<std::uint64_t, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto number = version_number(parts[i]);
        if (!number) {
            return std::nullopt;
        }
        numbers.at(i) = *number;
    }
    version.major = numbers[0];
    version.minor = numbers[1];
    version.patch = numbers[2];
    return version;
}

std::strong_ordering SemanticVersion::operator<=>(const SemanticVersion& other) const {
    for (const auto part :
         {&SemanticVersion::major, &SemanticVersion::minor, &SemanticVersion::patch}) {
        if (this->*part != other.*part) {
            return this->*part <=> other.*part;
        }
    }
    if (prerelease.empty() || other.prerelease.empty()) {
        return other.prerelease.size() <=> prerelease.size();
    }
    for (std::size_t i = 0; i < std::min(prerelease.size(), other.prerelease.size()); ++i) {
        const auto order = compare_identifiers(prerelease[i], other.prerelease[i]);
        if (order != 0) {
            return order;
        }
    }
    return prerelease.size() <=> other.prerelease.size();
}

bool VersionRange::holds(const Bound& bound, const SemanticVersion& version) {
    const auto order = version <=> bound.version;
    const std::string& c = bound.comparator;
    return c == ">"    ? order > 0
           : c == ">=" ? order >= 0
           : c == "<"  ? order < 0
           : c == "<=" ? order <= 0
           : c == "!"  ? order != 0
                       : order == 0;
}

bool VersionRange::contains(const SemanticVersion& version) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
        return std::all_of(group.begin(), group.end(), [&](const Bound& bound) {
            return holds(bound, version);
        });
    });
}

// One comparator and version. With an "x" for its last numbers it is a range from `first` to
// before `next`.
bool VersionRange::add_part(std::string_view part, std::vector<Bound>& group) {
    const auto digit = std::find_if(part.begin(), part.end(), &is_digit);
    std::string comparator(trim(std::string_view(part.begin(), digit)));
    const std::string_view spelled(digit, part.end());
    if (comparator == "=" || comparator == "==") {
        comparator = "";
    } else if (comparator == "!=") {
        comparator = "!";
    }
    constexpr std::array<std::string_view, 6> kComparators = {"", ">", ">=", "<", "<=", "!"};
    if (std::find(kComparators.begin(), kComparators.end(), comparator) == kComparators.end()) {
        return false;
    }
    std::vector<std::string> numbers = split(spelled, '.');
    if (part.find('x') == std::string_view::npos) {
        const auto version = SemanticVersion::parse(spelled);
        if (!version) {
            return false;
        }
        group.push_back({comparator, *version});
        return true;
    }
    while (!numbers.empty() && numbers.back() == "x") {
        numbers.pop_back();
    }
    SemanticVersion first;
    SemanticVersion next;
    const auto major = numbers.empty() ? std::nullopt : version_number(numbers[0]);
    const auto minor =
        numbers.size() == 2 ? version_number(numbers[1]) : std::optional<std::uint64_t>(0);
    if (!major || !minor || numbers.size() > 2) {
        return false;
    }
    first.major = next.major = *major;
    first.minor = next.minor = *minor;
    ++(numbers.size() == 2 ? next.minor : next.major);
    if (comparator.empty()) {
        group.push_back({">=", first});
        group.push_back({"<", next});
    } else if (comparator == "!") {
        group.push_back({"<", first});  // and, as goss's library has it: nothing is both
        group.push_back({">=", next});
    } else if (comparator == ">") {
        group.push_back({">=", next});
    } else if (comparator == "<=") {
        group.push_back({"<", next});
    } else {
        group.push_back({comparator, first});
    }
    return true;
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
    // A space behind a comparator belongs to it.
    std::vector<std::string> parts;
    std::string current;
    for (const char c : text) {
        if (c != ' ') {
            current += c;
        } else if (!current.empty() && std::string_view("<>=").find(current.back()) == std::string_view::npos) {
            parts.push_back(std::exchange(current, ""));
        }
    }
    if (!current.empty()) {
        parts.push_back(current);
    }
    VersionRange range;
    range.groups_.emplace_back();
    for (const std::string& part : parts) {
        if (part == "||") {
            if (range.groups_.back().empty()) {
                return std::nullopt;
            }
            range.groups_.emplace_back();
        } else if (!add_part(part, range.groups_.back())) {
            return std::nullopt;
        }
    }
    return range.groups_.back().empty() ? std::nullopt : std::optional(std::move(range));
}

}  // namespace kiln::goss
