#include "sys/xdg.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::sys {
namespace {

struct XdgCase {
    const char* name;
    Environment environment;
    KilnDirectories want;
};

TEST(KilnDirectories, FollowTheVariables) {
    const KilnDirectories below_home{
        "/home/u/.local/state/kiln", "/home/u/.cache/kiln", "/home/u/.config/kiln"};
    const XdgCase cases[] = {
        {"home alone", {{"HOME", "/home/u"}}, below_home},
        {"empty and relative ones count as unset",
         {{"HOME", "/home/u"}, {"XDG_STATE_HOME", ""}, {"XDG_CACHE_HOME", "cache"}},
         below_home},
        {"all said",
         {{"XDG_STATE_HOME", "/s"}, {"XDG_CACHE_HOME", "/c"}, {"XDG_CONFIG_HOME", "/f"}},
         {"/s/kiln", "/c/kiln", "/f/kiln"}}};
    for (const XdgCase& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(kiln_directories(c.environment), c.want);
    }
}

TEST(KilnDirectories, NeedSomethingToStartFrom) {
    try {
        kiln_directories({{"XDG_STATE_HOME", "/s"}});
        FAIL() << "there was an answer";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "neither XDG_CACHE_HOME nor HOME is set to a folder");
    }
}

}  // namespace
}  // namespace kiln::sys
