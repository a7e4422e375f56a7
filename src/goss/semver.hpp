#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::goss {

/// A version of Semantic Versioning 2.0.0: "1.2.3-rc.1+build"; the build part does not compare.
struct SemanticVersion {
    std::uint64_t major = 0, minor = 0, patch = 0;
    std::vector<std::string> prerelease;

    /// All three numbers must be there, without leading zeros.
    static std::optional<SemanticVersion> parse(std::string_view text);
    std::strong_ordering operator<=>(const SemanticVersion& other) const;
    bool operator==(const SemanticVersion& other) const { return (*this <=> other) == 0; }
};

/// ">=1.2.0 <2.0.0 || 3.x": all of a group, any group. `x` stands for any last numbers.
class VersionRange {
public:
    static std::optional<VersionRange> parse(std::string_view text);
    bool contains(const SemanticVersion& version) const;

private:
    struct Bound {
        std::string comparator;
        SemanticVersion version;
    };
    static bool holds(const Bound& bound, const SemanticVersion& version);
    static bool add_part(std::string_view part, std::vector<Bound>& group);

    std::vector<std::vector<Bound>> groups_;
};

}  // namespace kiln::goss
