#include "execute/go_text.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(GoQuote, EscapesAsGoDoes) {
    EXPECT_EQ(go_quote("plain ü"), "\"plain ü\"");
    EXPECT_EQ(go_quote("a\"b\\c\nd\te\x01"), R"("a\"b\\c\nd\te\x01")");
}

TEST(GoList, PrintsASlice) {
    EXPECT_EQ(go_list({0}), "[0]");
    EXPECT_EQ(go_list({0, 2, 2300218}), "[0 2 2300218]");
    EXPECT_EQ(go_list({}), "[]");
}

TEST(GoFormat, PlacesNameAndValue) {
    struct Case {
        const char* format;
        const char* want;
    };
    const Case cases[] = {
        {"%s='%s' ", "K='V' "},
        {"export %s='%s'\n", "export K='V'\n"},
        {"$env:%[1]s=%[2]q;", "$env:K=\"V\";"},
        {"%[2]s<-%[1]s", "V<-K"},
        {"100%% %s", "100% K"},
        {"%d %s", "%d K"},
        {"%s %s %s", "K V %s"},
        {"%", "%"},
        {"", ""},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.format);
        EXPECT_EQ(go_format(c.format, "K", "V"), c.want);
    }
}

}  // namespace
}  // namespace kiln::exec
