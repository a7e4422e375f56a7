#include "prove/report.hpp"

#include <gtest/gtest.h>

namespace kiln::prove {
namespace {

const std::vector<Result> kResults = {
    {"hygiene", "machine-id", "/etc/machine-id", Status::fail, "is 12", "truncate it"},
    {"hygiene", "logs", "/var/log", Status::warn, "1 file", ""},
    {"boot", "loader", "", Status::skip, "a folder has none", ""},
    {"boot", "kernels", "6.1", Status::pass, "/boot/vmlinuz-6.1", ""},
};

TEST(ResultsText, IsInGroupsWithRemedies) {
    EXPECT_EQ(
        results_text(kResults, {}),
        "hygiene: 1 failed, 1 warning\n"
        "  fail  machine-id  /etc/machine-id: is 12\n"
        "                    -> truncate it\n"
        "  warn  logs        /var/log: 1 file\n"
        "\n"
        "boot: 1 skipped, 1 passed\n"
        "  skip  loader   a folder has none\n"
        "  pass  kernels  6.1: /boot/vmlinuz-6.1\n"
        "\n"
        "1 failed, 1 warning, 1 skipped, 1 passed\n"
    );
}

TEST(ResultsTap, CountsWarningsAsFailuresWhenStrict) {
    EXPECT_EQ(
        results_tap(kResults, false),
        "1..4\n"
        "not ok 1 - hygiene: machine-id: /etc/machine-id: is 12; remedy: truncate it\n"
        "ok 2 - hygiene: logs: /var/log: warning: 1 file\n"
        "ok 3 - # SKIP boot: loader: a folder has none\n"
        "ok 4 - boot: kernels: 6.1: /boot/vmlinuz-6.1\n"
    );
    EXPECT_NE(results_tap(kResults, true).find("\nnot ok 2 - "), std::string::npos);
}

TEST(IsGood, TakesWarningsUnlessStrict) {
    const std::vector<Result> warned(kResults.begin() + 1, kResults.end());
    EXPECT_TRUE(is_good(warned, false));
    EXPECT_FALSE(is_good(warned, true));
    EXPECT_FALSE(is_good(kResults, false));
}

}  // namespace
}  // namespace kiln::prove
