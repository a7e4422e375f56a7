// What is left when kiln is killed: nothing. A child of the test plays kiln; the test makes itself
// the reaper of all that descends from it, so that "no process is left" is what waitpid says.
#include "base/error.hpp"
#include "sys/process_runner.hpp"
#include "sys/sandbox.hpp"
#include "sys/testing/host_tree.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace kiln::sys {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string host_mounts() {
    std::ifstream in("/proc/self/mountinfo");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Waits until every descendant is gone. Long enough for a slow machine; a survivor never ends.
bool all_descendants_end() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
        if (reaped < 0 && errno == ECHILD) {
            return true;
        }
        if (reaped == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    return false;
}

// A process that runs `body` and can be told from it that a point is reached.
class Victim {
public:
    using Reached = std::function<void()>;

    explicit Victim(const std::function<void(const Reached&)>& body) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            try {
                body([&] { [[maybe_unused]] const ssize_t n = ::write(ends[1], "x", 1); });
            } catch (const std::exception&) {
                // Dies below; whoever waits for the point sees the end of the pipe.
            }
            ::_exit(1);
        }
        ::close(ends[1]);
        reached_ = ends[0];
    }
    ~Victim() { ::close(reached_); }
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;

    bool wait_for_point() const {
        char mark = 0;
        return ::read(reached_, &mark, 1) == 1;
    }
    void kill() const { ::kill(pid_, SIGKILL); }

private:
    pid_t pid_ = -1;
    int reached_ = -1;
};

class SandboxKillTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (const auto reason = HostTree::missing()) {
            GTEST_SKIP() << *reason;
        }
        ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
        mounts_ = host_mounts();
    }
    void TearDown() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }

    void expect_nothing_left() {
        EXPECT_TRUE(all_descendants_end());
        EXPECT_EQ(host_mounts(), mounts_);
        RealFileSystem().remove_tree(tree_.upper());  // fails where something is mounted
    }

    HostTree tree_;
    std::string mounts_;
};

TEST_F(SandboxKillTest, AnIdleSandbox) {
    const Victim victim([&](const Victim::Reached& reached) {
        Sandbox sandbox = Sandbox::start(tree_.layered());
        reached();
        ::pause();
    });
    ASSERT_TRUE(victim.wait_for_point());
    victim.kill();
    expect_nothing_left();
}

TEST_F(SandboxKillTest, ARunningCommandThatIgnoresSignals) {
    const Victim victim([&](const Victim::Reached& reached) {
        Sandbox sandbox = Sandbox::start(tree_.layered());
        const Command command =
            in_shell("trap '' TERM HUP INT; echo x; while :; do sleep 1000; done");
        sandbox.run(command, [&](OutputStream, std::string_view) { reached(); }, {});
    });
    ASSERT_TRUE(victim.wait_for_point());
    victim.kill();
    expect_nothing_left();
}

TEST_F(SandboxKillTest, DaemonsAndMountsOfACommand) {
    const Victim victim([&](const Victim::Reached& reached) {
        Sandbox sandbox = Sandbox::start(tree_.layered());
        Command command = in_shell(
            "mkdir /m && mount -t tmpfs m /m && cd /m;"
            "(setsid sh -c 'trap \"\" TERM HUP; setsid sleep 1000 & sleep 1000' >/dev/null 2>&1 &)"
        );
        command.keep_background = true;
        sandbox.run(command, {}, {});
        reached();
        ::pause();
    });
    ASSERT_TRUE(victim.wait_for_point());
    victim.kill();
    expect_nothing_left();
}

TEST_F(SandboxKillTest, ASandboxWhoseStartingThreadHasEnded) {
    const Victim victim([&](const Victim::Reached& reached) {
        std::optional<Sandbox> sandbox;
        std::thread([&] { sandbox.emplace(Sandbox::start(tree_.layered())); }).join();
        // It has outlived its thread.
        if (sandbox->run(in_shell("true"), {}, {}).ok()) {
            reached();
            ::pause();
        }
    });
    ASSERT_TRUE(victim.wait_for_point());
    victim.kill();
    expect_nothing_left();
}

// At any moment of setting up, running and closing: the moments differ from machine to machine,
// what is expected does not.
TEST_F(SandboxKillTest, AnyMoment) {
    for (int step = 0; step < 40; ++step) {
        const Victim victim([&](const Victim::Reached& reached) {
            reached();
            for (;;) {
                Sandbox sandbox = Sandbox::start(tree_.layered());
                sandbox.run(in_shell("sleep 0.002"), {}, {});
                sandbox.close();
            }
        });
        ASSERT_TRUE(victim.wait_for_point());
        std::this_thread::sleep_for(std::chrono::microseconds(700 * step));
        victim.kill();
        ASSERT_TRUE(all_descendants_end()) << "killed at step " << step;
    }
    expect_nothing_left();
}

TEST_F(SandboxKillTest, AProgramOfTheHostInItsOwnNamespaces) {
    const Victim victim([&](const Victim::Reached& reached) {
        RealProcessRunner runner;
        Command command = in_shell(
            "mount -t tmpfs m /mnt; setsid sleep 1000 & trap '' TERM; echo x; sleep 1000; true"
        );
        runner.run(
            in_own_namespaces(command), [&](OutputStream, std::string_view) { reached(); }, {}
        );
    });
    ASSERT_TRUE(victim.wait_for_point());
    victim.kill();
    expect_nothing_left();
}

}  // namespace
}  // namespace kiln::sys
