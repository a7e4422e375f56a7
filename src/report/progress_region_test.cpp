#include "report/progress_region.hpp"

#include "base/units.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

using exec::Progressed;
using std::chrono::seconds;

TEST(ProgressText, TellsWhatIsKnown) {
    struct Case {
        const char* name;
        Progressed progress;
        seconds elapsed;
        const char* want;
    };
    const Case cases[] = {
        {"bytes of a total",
         {"b", "downloading", 12 * kMiB, 48 * kMiB, Progressed::Unit::bytes},
         seconds(3),
         "b: downloading  12 MiB of 48 MiB (25%), 4 MiB/s, 3 s"},
        {"packages",
         {"b", "unpacking", 3, 167, Progressed::Unit::packages},
         seconds(75),
         "b: unpacking  3 of 167 packages (1%), 1 min 15 s"},
        {"no total", {"b", "x", 5, 0, Progressed::Unit::items}, seconds(0), "b: x  5, 0 s"},
        {"more than the total", {"b", "x", 5, 4}, seconds(0), "b: x  5 of 4 (100%), 0 s"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(progress_text(c.progress, c.elapsed), c.want);
    }
}

TEST(ProgressRegion, DrawsALineForEachStepAndCutsItToTheTerminal) {
    ProgressRegion region;
    EXPECT_TRUE(region.update({"a", "copying", 1, 2}, WallTime(seconds(1))));
    EXPECT_EQ(region.draw(WallTime(seconds(1)), 80), "    a: copying  1 of 2 (50%), 0 s\n");
    EXPECT_FALSE(region.update({"b", "löschen", 1, 2}, WallTime(seconds(1))));
    EXPECT_EQ(region.erase(), "\033[1A\r\033[J");
    EXPECT_EQ(region.draw(WallTime(seconds(2)), 13), "    a: copyi\n    b: lösch\n");
    EXPECT_EQ(region.erase(), "\033[2A\r\033[J");
    EXPECT_EQ(region.erase(), "");
    region.forget("a");
    EXPECT_EQ(region.draw(WallTime(seconds(2)), 80), "    b: löschen  1 of 2 (50%), 1 s\n");
}

}  // namespace
}  // namespace kiln::report
