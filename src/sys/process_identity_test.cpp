#include "sys/process_identity.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::sys {
namespace {

// A child that waits to be killed, with a name that has spaces and parentheses in it.
pid_t start_waiting_child() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_NAME, ") Z (1 2");
        [[maybe_unused]] const ssize_t n = ::write(ends[1], "x", 1);
        for (;;) {
            ::pause();
        }
    }
    char mark = 0;
    EXPECT_EQ(::read(ends[0], &mark, 1), 1);
    ::close(ends[0]);
    ::close(ends[1]);
    return child;
}

TEST(ProcessIdentity, TellsAProcessFromALaterOneOfTheSameNumber) {
    const ProcessIdentity self = identify_self();
    EXPECT_EQ(self.pid, ::getpid());
    EXPECT_EQ(self, identify_process(::getpid()));
    EXPECT_TRUE(is_running(self));
    ProcessIdentity earlier = self;
    earlier.start_ticks -= 1;
    EXPECT_FALSE(is_running(earlier));
    EXPECT_FALSE(kill_process(earlier));  // or this test would end here
    ProcessIdentity other_boot = self;
    other_boot.boot_id = "00000000-0000-0000-0000-000000000000";
    EXPECT_FALSE(is_running(other_boot));
    EXPECT_FALSE(kill_process(other_boot));
}

TEST(ProcessIdentity, KillsThatProcessOnce) {
    const pid_t child = start_waiting_child();
    const auto identity = identify_process(child);
    ASSERT_TRUE(identity);
    EXPECT_TRUE(is_running(*identity));
    EXPECT_TRUE(kill_process(*identity));
    EXPECT_FALSE(is_running(*identity));  // a zombie until it is waited for
    EXPECT_FALSE(kill_process(*identity));
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_EQ(identify_process(child), std::nullopt);
}

TEST(ProcessIdentity, GoesThroughText) {
    const ProcessIdentity self = identify_self();
    EXPECT_EQ(parse_process_identity(to_string(self)), self);
    for (const char* text : {"", "x", "12", "12 34", "1 2 boot", "-1 2 boot", "12 34 boot more"}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_process_identity(text), std::nullopt);
    }
}

}  // namespace
}  // namespace kiln::sys
