#include "hcl/functions/glob.hpp"

#include <gmock/gmock.h>

namespace kiln::hcl::functions {
namespace {

struct MatchCase {
    const char* pattern;
    const char* name;
    bool want;
};

constexpr MatchCase kMatchCases[] = {
    {"a", "a", true},
    {"a", "b", false},
    {"a", "ab", false},
    {"*", "", true},
    {"*.txt", "a.txt", true},
    {"*.txt", "a.txt.gz", false},
    {"a*b*c", "axxbyybzc", true},
    {"a*b*c", "axxbyybz", false},
    {"?", "\u00e9", true},
    {"?", "ab", false},
    {"[a-c]x", "bx", true},
    {"[a-c]x", "dx", false},
    {"[^a-c]", "d", true},
    {"[!a-c]", "b", false},
    {"[]a]", "]", true},
    {"[a-]", "-", true},
    {"[\u00e0-\u00ef]", "\u00e9", true},
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"[\\]]", "]", true},
};

TEST(MatchName, FollowsThePattern) {
    for (const MatchCase& c : kMatchCases) {
        EXPECT_EQ(match_name(c.pattern, c.name), c.want) << c.pattern << " " << c.name;
    }
}

TEST(MatchName, DoesNotTakeExponentialTime) {
    const std::string many_stars = "a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
    EXPECT_FALSE(match_name(many_stars, std::string(200, 'a')));
}

TEST(NamePattern, IsValidWithClosedBrackets) {
    for (const char* pattern : {"a", "*", "[a]", "[]a]", "\\[", "[^]]"}) {
        EXPECT_TRUE(is_valid_name_pattern(pattern)) << pattern;
    }
    for (const char* pattern : {"[", "[]", "[a", "[a-", "\\", "[^]"}) {
        EXPECT_FALSE(is_valid_name_pattern(pattern)) << pattern;
    }
}

TEST(ExpandBraces, GivesEveryAlternative) {
    using ::testing::ElementsAre;
    using ::testing::Optional;
    EXPECT_THAT(expand_braces("a"), Optional(ElementsAre("a")));
    EXPECT_THAT(expand_braces("{a,b}{1,2}"), Optional(ElementsAre("a1", "a2", "b1", "b2")));
    EXPECT_THAT(expand_braces("x{a,{b,c}d,}"), Optional(ElementsAre("xa", "xbd", "xcd", "x")));
    EXPECT_THAT(expand_braces("\\{a"), Optional(ElementsAre("\\{a")));
    EXPECT_EQ(expand_braces("{a"), std::nullopt);
    std::string bomb;
    for (int i = 0; i < 20; ++i) {
        bomb += "{a,b}";
    }
    EXPECT_EQ(expand_braces(bomb), std::nullopt);
}

}  // namespace
}  // namespace kiln::hcl::functions
