#include "report/time_text.hpp"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace kiln::report {
namespace {

struct Zone {
    explicit Zone(const char* name) {
        setenv("TZ", name, 1);
        tzset();
    }
    ~Zone() {
        unsetenv("TZ");
        tzset();
    }
};

constexpr WallTime kTime(std::chrono::seconds(1795233533));

TEST(TimeText, IsLocal) {
    {
        const Zone zone("UTC0");
        EXPECT_EQ(rfc3339_local(kTime), "2026-11-21T03:58:53Z");
        EXPECT_EQ(log_time(kTime), "2026/11/21 03:58:53");
    }
    {
        const Zone zone("XST-5:30");
        EXPECT_EQ(rfc3339_local(kTime), "2026-11-21T09:28:53+05:30");
    }
    {
        const Zone zone("XST3");
        EXPECT_EQ(rfc3339_local(kTime), "2026-11-21T00:58:53-03:00");
    }
    EXPECT_EQ(unix_seconds(kTime), "1795233533");
}

}  // namespace
}  // namespace kiln::report
