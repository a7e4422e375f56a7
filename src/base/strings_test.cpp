#include "base/strings.hpp"

#include <gmock/gmock.h>

namespace kiln {
namespace {

using testing::ElementsAre;

TEST(Split, KeepsEmptyParts) {
    EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(ShellQuote, SurvivesQuotesInside) {
    EXPECT_EQ(shell_quote("it's"), "'it'\"'\"'s'");
}

TEST(Utf8, ReplacesWhatIsMalformed) {
    EXPECT_EQ(to_valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_TRUE(is_valid_utf8("h\xC3\xA9"));
    EXPECT_FALSE(is_valid_utf8("\xC0\x80"));          // overlong
    EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));  // past U+10FFFF
}

TEST(DidYouMean, OffersOnlyNearNames) {
    const std::vector<std::string> names = {"inline", "script", "execute_command"};
    EXPECT_EQ(did_you_mean("inlin", names), "inline");
    EXPECT_EQ(did_you_mean("exectue_command", names), "execute_command");
    EXPECT_EQ(did_you_mean("zebra", names), std::nullopt);
    EXPECT_EQ(did_you_mean("vra", {"local", "var"}), "var");
    EXPECT_EQ(did_you_mean(std::string(101, 'a'), {std::string(100, 'a')}), std::nullopt);
    EXPECT_EQ(did_you_mean_hint("scripts", names), "did you mean \"script\"?");
}

struct GlobCase {
    const char* pattern;
    const char* text;
    bool matches;
};
constexpr GlobCase kGlobCases[] = {
    {"*.amazon-ebs.*", "k8s.amazon-ebs.base", true},
    {"amazon-ebs.base", "k8s.amazon-ebs.base", false},
    {"a?c", "abc", true},
    {"a[!b]c", "abc", false},
    {"a[a-c]c", "abc", true},
    {"a\\*c", "a*c", true},
    {"a\\*c", "abc", false},
    {"a[", "a[", true},
    {"*", "", true},
    {"", "x", false},
    {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};
TEST(GlobMatch, FollowsThePatternsOfOnlyAndExcept) {
    for (const GlobCase& c : kGlobCases) {
        SCOPED_TRACE(std::string(c.pattern) + " ~ " + c.text);
        EXPECT_EQ(glob_match(c.pattern, c.text), c.matches);
    }
}

}  // namespace
}  // namespace kiln
