#include "report/step_times.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;
using exec::BuildStep;

const BuildStep kFirst{BuildStep::Kind::start, "rootfs", 1, 3};
const BuildStep kSecond{BuildStep::Kind::provisioner, "shell", 2, 3};
const BuildStep kLast{BuildStep::Kind::capture, "rootfs", 3, 3};

TEST(StepTimes, AddUpWhatIsToCome) {
    StepTimes times;
    times.add("a", kFirst, 10s);
    times.add("a", kSecond, 20s);
    times.add("a", kLast, 5s);
    EXPECT_EQ(times.left("a", kFirst, 4s), 31s);
    EXPECT_EQ(times.left("a", kFirst, 40s), 25s) << "late already";
    EXPECT_EQ(times.left("a", kLast, 1s), 4s);
    EXPECT_EQ(times.left("b", kFirst, 0s), std::nullopt);
}

TEST(StepTimes, SayNothingOfWhatWasNeverSeenOrIsAnotherStepNow) {
    StepTimes times;
    times.add("a", kFirst, 10s);
    EXPECT_EQ(times.left("a", kFirst, 0s), std::nullopt);
    times.add("a", kSecond, 20s);
    times.add("a", kLast, 5s);
    BuildStep renamed = kSecond;
    renamed.name = "ansible";
    EXPECT_EQ(times.left("a", renamed, 0s), std::nullopt);
}

}  // namespace
}  // namespace kiln::report
