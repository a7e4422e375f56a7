#include "node/boot_state.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <set>

namespace kiln::node {
namespace {

using Applied = BootObservation::Applied;
using Verified = BootObservation::Verified;

BootObservation observation() {
    return {.instance = "i-1", .plan = "p", .boot_id = "b1", .now_s = 100'000};
}

/// A node whose new command line waits for a reboot.
BootObservation waiting_for_reboot() {
    BootObservation now = observation();
    now.applied = Applied::done;
    now.needs_reboot = true;
    now.next_boot_is_right = true;
    return now;
}

TEST(NextBootStep, AppliesRebootsOnceVerifies) {
    BootStep step = next_boot_step({}, observation());
    EXPECT_EQ(step.action, BootAction::apply);
    step = next_boot_step(step.state, waiting_for_reboot());
    EXPECT_EQ(step.action, BootAction::reboot);
    EXPECT_EQ(step.state.reboots.at("p"), 1);

    BootObservation next = observation();
    next.boot_id = "b2";
    step = next_boot_step(step.state, next);
    EXPECT_EQ(step.action, BootAction::apply);
    next.applied = Applied::done;
    step = next_boot_step(step.state, next);
    EXPECT_EQ(step.action, BootAction::verify);
    next.verified = Verified::passed;
    step = next_boot_step(step.state, next);
    EXPECT_EQ(step.action, BootAction::none);
    EXPECT_EQ(step.state.phase, Phase::active);
}

TEST(NextBootStep, GivesUpWithAReason) {
    NodeState rebooted{
        .phase = Phase::rebooting,
        .instance = "i-1",
        .plan = "p",
        .boot_id = "b0",
        .reboots = {{"p", 1}}};
    EXPECT_EQ(
        next_boot_step(rebooted, waiting_for_reboot()).state.reason,
        "the command line is not in force after one reboot"
    );

    BootObservation no_disk = waiting_for_reboot();
    no_disk.state_writable = false;
    EXPECT_EQ(
        next_boot_step({}, no_disk).state.reason,
        "a reboot is needed, but could not be recorded beforehand"
    );

    BootObservation loader = waiting_for_reboot();
    loader.next_boot_is_right = false;
    EXPECT_EQ(
        next_boot_step({}, loader).state.reason,
        "the boot loader does not show the planned command line"
    );

    NodeState restless{.instance = "i-1", .reboot_at_s = {99'000, 99'500}};
    EXPECT_EQ(
        next_boot_step(restless, waiting_for_reboot()).state.reason,
        "a reboot is needed, but the node had 2 within an hour"
    );

    rebooted.boot_id = "b1";
    EXPECT_EQ(
        next_boot_step(rebooted, observation()).state.reason,
        "a reboot was asked for and has not happened; reboot the node"
    );

    BootObservation failed = observation();
    failed.applied = Applied::failed;
    failed.apply_problem = "no space";
    EXPECT_EQ(next_boot_step({}, failed).state.reason, "no space");

    BootObservation proof = observation();
    proof.applied = Applied::done;
    proof.verified = Verified::failed;
    proof.verify_problem = "huge.node1";
    EXPECT_EQ(next_boot_step({}, proof).state.reason, "huge.node1");
}

TEST(NextBootStep, ABakedImageStartsAnew) {
    const NodeState baked{
        .phase = Phase::active,
        .instance = "i-0",
        .plan = "p",
        .boot_id = "b0",
        .reboots = {{"p", 1}}};
    EXPECT_EQ(next_boot_step(baked, waiting_for_reboot()).action, BootAction::reboot);
}

TEST(NextBootStep, DoesNothingWhenSwitchedOff) {
    BootObservation off = waiting_for_reboot();
    off.switched_off = true;
    EXPECT_EQ(next_boot_step({}, off).action, BootAction::none);
    EXPECT_EQ(next_boot_step({}, off).state, NodeState{});
}

/// Everything the world may answer, good and bad, and every place where a node may lose power: all
/// runs of up to four boots of one instance are walked. In none is there a second reboot for a
/// plan.
TEST(NextBootStep, NoWayThroughTheWorldRebootsTwice) {
    struct World {
        NodeState on_disk;
        int boot = 0;
        std::map<std::string, int> reboots = {};  // what really happened, by plan
        std::string key() const {
            std::string text = print_state(on_disk) + std::to_string(boot);
            for (const auto& [plan, count] : reboots) {
                text += plan + std::to_string(count);
            }
            return text;
        }
    };
    constexpr int kBoots = 4;
    std::deque<World> todo = {World{}};
    std::set<std::string> seen;
    std::size_t walked = 0;

    while (!todo.empty()) {
        const World world = todo.front();
        todo.pop_front();
        if (world.boot == kBoots || !seen.insert(world.key()).second) {
            continue;
        }
        for (const char* plan : {"p", "q"}) {
            for (unsigned bits = 0; bits < 64; ++bits) {
                ++walked;
                BootObservation now = observation();
                now.plan = plan;
                now.boot_id = "b" + std::to_string(world.boot);
                now.state_writable = (bits & 1) != 0;
                NodeState state = world.on_disk;
                NodeState on_disk = world.on_disk;
                bool rebooted = false;
                for (int step_count = 0; step_count < 8; ++step_count) {
                    const BootStep step = next_boot_step(state, now);
                    state = step.state;
                    if (now.state_writable) {
                        on_disk = state;
                    }
                    // Power may go between the record and the deed.
                    todo.push_back({on_disk, world.boot + 1, world.reboots});
                    if (step.action == BootAction::none) {
                        break;
                    }
                    if (step.action == BootAction::reboot) {
                        rebooted = true;
                        break;
                    }
                    if (step.action == BootAction::apply) {
                        now.applied = (bits & 2) != 0 ? Applied::done : Applied::failed;
                        now.needs_reboot = (bits & 4) != 0;
                        now.next_boot_is_right = (bits & 8) != 0;
                    } else {
                        now.verified = (bits & 16) != 0 ? Verified::passed : Verified::failed;
                    }
                }
                if (rebooted) {
                    World next{on_disk, world.boot + 1, world.reboots};
                    ASSERT_EQ(++next.reboots[plan], 1) << "second reboot for one plan";
                    ASSERT_TRUE(now.state_writable);
                    todo.push_back(next);
                }
            }
        }
    }
    EXPECT_GT(walked, 1000U);
}

TEST(State, SurvivesItsText) {
    const NodeState state{
        .phase = Phase::degraded,
        .instance = "i-1",
        .plan = "p",
        .boot_id = "b",
        .reboots = {{"p", 1}, {"q", 1}},
        .reboot_at_s = {5, 6},
        .reason = "no \"room\""};
    EXPECT_EQ(parse_state(print_state(state)), state);
    const std::string text = print_state(state);
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {
        EXPECT_EQ(parse_state(text.substr(0, size)), std::nullopt) << size;
    }
    EXPECT_EQ(parse_state("{\"phase\": \"flying\"}"), std::nullopt);
}

}  // namespace
}  // namespace kiln::node
