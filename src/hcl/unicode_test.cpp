#include "hcl/unicode.hpp"

#include <gmock/gmock.h>

namespace kiln::hcl {
namespace {

using ::testing::ElementsAre;

TEST(Unicode, NormalisesToFormC) {
    EXPECT_EQ(normalize("plain"), "plain");
    EXPECT_EQ(normalize("e\u0301"), "\u00e9");
    EXPECT_EQ(normalize("\xff"), "\xff");
}

TEST(Unicode, SplitsIntoGraphemes) {
    EXPECT_THAT(graphemes("ab"), ElementsAre("a", "b"));
    EXPECT_THAT(graphemes("xe\u0301y"), ElementsAre("x", "e\u0301", "y"));
    EXPECT_THAT(
        graphemes("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7"),
        ElementsAre("\U0001F1E9\U0001F1EA", "\U0001F1EB\U0001F1F7")
    );
    EXPECT_THAT(graphemes("a\r\nb"), ElementsAre("a", "\r\n", "b"));
    EXPECT_THAT(graphemes("a\xff\xfe"), ElementsAre("a", "\xff", "\xfe"));
    EXPECT_EQ(count_graphemes("a\r\nb"), 3);
    EXPECT_EQ(count_graphemes(""), 0);
}

TEST(Unicode, SplitsIntoCodePoints) {
    EXPECT_THAT(code_points("a\u00e9\xff"), ElementsAre("a", "\u00e9", "\xff"));
}

TEST(Unicode, ChangesCaseByTheSimpleMappings) {
    EXPECT_EQ(to_upper("stra\u00dfe \u00e9"), "STRA\u00dfE \u00c9");
    EXPECT_EQ(to_lower("\u0391\u03a3"), "\u03b1\u03c3");
    EXPECT_EQ(
        to_title("h\u00e9llo w\u00f6rld o'neil x.y a_b \u01c6"),
        "H\u00e9llo W\u00f6rld O'Neil X.Y A_b \u01c5"
    );
}

TEST(Unicode, TrimsWhiteSpace) {
    EXPECT_EQ(trim_white_space(" \t\u00a0a b\u2003\n"), "a b");
    EXPECT_EQ(trim_white_space(" \u2003"), "");
    EXPECT_EQ(trim_white_space(""), "");
}

}  // namespace
}  // namespace kiln::hcl
