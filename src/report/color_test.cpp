#include "report/color.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

TEST(UseColor, FollowsTheFlagThenTheEnvironmentThenTheTerminal) {
    struct Case {
        const char* name;
        ColorWishes wishes;
        bool want;
    };
    const Case cases[] = {
        {"a pipe", {}, false},
        {"a terminal", {.is_terminal = true}, true},
        {"a pipe with -color=true", {.flag = true}, true},
        {"a terminal with -color=false", {.flag = false, .is_terminal = true}, false},
        {"PACKER_NO_COLOR", {.packer_no_color = true, .is_terminal = true}, false},
        {"NO_COLOR", {.no_color = true, .is_terminal = true}, false},
        {"the flag beats NO_COLOR", {.flag = true, .no_color = true}, true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(use_color(c.wishes), c.want);
    }
}

TEST(BuildColor, RepeatsAfterFive) {
    EXPECT_EQ(build_color(0), "\033[1;32m");
    EXPECT_EQ(build_color(4), "\033[1;34m");
    EXPECT_EQ(build_color(5), build_color(0));
}

TEST(StripColors, RemovesColoursAndNothingElse) {
    EXPECT_EQ(strip_colors("a\033[1;31mb\033[0mc\033[m"), "abc");
    EXPECT_EQ(strip_colors("a\033[2Kb\033["), "a\033[2Kb\033[");
}

}  // namespace
}  // namespace kiln::report
