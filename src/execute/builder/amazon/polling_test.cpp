#include "execute/builder/amazon/polling.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

using namespace std::chrono_literals;

const Patience kUsual{500ms, 5s, 10min};

Patience patience(
    const std::map<std::string, std::string>& environment,
    std::optional<plan::AwsPollingOptions> polling = std::nullopt
) {
    return patience_of(polling, environment, kUsual);
}

TEST(Polling, IsKilnsOwnUnlessSomebodySaysOtherwise) {
    EXPECT_EQ(patience({}).first, 500ms);
    EXPECT_EQ(patience({}).total, 10min);
    EXPECT_EQ(patience({}, plan::AwsPollingOptions{}).total, 10min);
}

TEST(Polling, OfTheEnvironment) {
    const Patience both = patience({{"AWS_POLL_DELAY_SECONDS", "30"}, {"AWS_MAX_ATTEMPTS", "4"}});
    EXPECT_EQ(both.first, 30s);
    EXPECT_EQ(both.longest, 30s);
    EXPECT_EQ(both.total, 120s);
    EXPECT_EQ(patience({{"AWS_MAX_ATTEMPTS", "100"}}).total, 200s);
    const Patience timed = patience({{"AWS_MAX_ATTEMPTS", "100"}, {"AWS_TIMEOUT_SECONDS", "60"}});
    EXPECT_EQ(timed.total, 60s);
}

TEST(Polling, OfTheTemplateWins) {
    const Patience wanted = patience(
        {{"AWS_MAX_ATTEMPTS", "1"}, {"AWS_TIMEOUT_SECONDS", "1"}},
        plan::AwsPollingOptions{.delay_seconds = 15, .max_attempts = 240}
    );
    EXPECT_EQ(wanted.first, 15s);
    EXPECT_EQ(wanted.total, 1h);
}

TEST(Polling, RefusesWhatIsNoNumber) {
    EXPECT_THROW(patience({{"AWS_MAX_ATTEMPTS", "many"}}), Error);
    EXPECT_THROW(patience({{"AWS_POLL_DELAY_SECONDS", "-1"}}), Error);
}

}  // namespace
}  // namespace kiln::exec
