#include "report/live_view.hpp"

#include "base/units.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;
using exec::BuildStep;
using exec::Progressed;
using exec::StepBegan;
using exec::StepEnded;
using std::chrono::seconds;

const BuildStep kStart{BuildStep::Kind::start, "rootfs", 1, 3};
const BuildStep kShell{BuildStep::Kind::provisioner, "shell install", 2, 3};
const BuildStep kCapture{BuildStep::Kind::capture, "rootfs", 3, 3};

WallTime at(seconds time) {
    return WallTime(time);
}

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
         3s,
         "downloading 12 MiB of 48 MiB (25%), 4 MiB/s"},
        {"packages",
         {"b", "unpacking", 3, 167, Progressed::Unit::packages},
         75s,
         "unpacking 3 of 167 packages (1%)"},
        {"no total", {"b", "x", 5, 0, Progressed::Unit::items}, 0s, "x 5"},
        {"more than the total", {"b", "x", 5, 4}, 0s, "x 5 of 4 (100%)"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(progress_text(c.progress, c.elapsed), c.want);
    }
}

TEST(LiveView, HasALineForEachBuildWithItsStepAndHowFarItIs) {
    LiveView view;
    EXPECT_TRUE(view.update(exec::BuildStarted{"a"}, at(0s)));
    view.update(StepBegan{"a", kStart}, at(1s));
    EXPECT_EQ(view.draw(at(3s), 80), "    a  1/3 starting rootfs  2 s\n");
    EXPECT_TRUE(view.update(Progressed{"a", "copying", 1, 2}, at(4s)));
    view.update(exec::BuildStarted{"b"}, at(4s));
    EXPECT_EQ(view.erase(), "\033[1A\r\033[J");
    EXPECT_EQ(
        view.draw(at(66s), 80),
        "    a  1/3 starting rootfs  copying 1 of 2 (50%)  1 min 05 s\n    b  1 min 02 s\n"
    );
    EXPECT_FALSE(view.update(Progressed{"a", "copying", 2, 2}, at(66s))) << "painted too soon";
    view.update(StepBegan{"a", kShell}, at(70s));
    view.update(exec::BuildFinished{"b", 1s, {}}, at(70s));
    EXPECT_EQ(view.erase(), "\033[2A\r\033[J");
    EXPECT_EQ(view.draw(at(70s), 80), "    a  2/3 shell install  0 s\n");
}

TEST(LiveView, EstimatesTheEndFromWhatTheStepsTookBefore) {
    StepTimes usual;
    usual.add("a", kStart, 10s);
    usual.add("a", kShell, 20s);
    usual.add("a", kCapture, 60s);
    LiveView view(usual);
    view.update(StepBegan{"a", kStart}, at(0s));
    EXPECT_EQ(view.draw(at(4s), 80), "    a  1/3 starting rootfs  4 s, about 1 min 26 s left\n");
    view.update(StepBegan{"a", kShell}, at(30s));
    EXPECT_EQ(view.draw(at(55s), 80), "    a  2/3 shell install  25 s, about 1 min 00 s left\n");
}

TEST(LiveView, CutsToTheTerminalAndShowsTenOfMany) {
    LiveView view;
    view.update(Progressed{"b", "löschen", 1, 2}, at(1s));
    EXPECT_EQ(view.draw(at(1s), 11), "    b  lös\n");
    for (int i = 0; i < 12; ++i) {
        view.update(exec::BuildStarted{"n" + std::to_string(i)}, at(1s));
    }
    const std::string drawn = view.draw(at(1s), 80);
    EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\n'), 11);
    EXPECT_TRUE(drawn.ends_with("    n8  0 s\n    and 3 more\n")) << drawn;
    EXPECT_EQ(view.erase(), "\033[11A\r\033[J");
    EXPECT_EQ(view.erase(), "");
}

}  // namespace
}  // namespace kiln::report
