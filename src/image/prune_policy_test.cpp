#include "image/prune_policy.hpp"

#include <gtest/gtest.h>

namespace kiln::image {
namespace {

using namespace std::chrono_literals;

TEST(PrunePolicy, IsRead) {
    const SourceFile file("policy.hcl", R"(
templates            = ["nodes:*"]
keep_newest          = 3
keep_younger         = "30d"
keep_launched_within = "2w"
keep_tagged          = ["keep", "env=prod"]
keep_in_use          = false
keep_shared          = false
made_by_others       = true
grace                = "12h"
disable              = false
)");
    Diagnostics diagnostics;
    const PrunePolicy policy = read_prune_policy(file, diagnostics);
    EXPECT_EQ(render(diagnostics), "");
    EXPECT_EQ(
        policy,
        (PrunePolicy{
            {"nodes:*"},
            3,
            30 * 24h,
            14 * 24h,
            {"keep", "env=prod"},
            false,
            false,
            true,
            12h,
            false})
    );
}

TEST(PrunePolicy, NamesEveryMistakeWithItsLine) {
    const SourceFile file("policy.hcl", R"(keep_newst = 3
keep_newest = -1
keep_younger = "30 days"
keep_tagged = "keep"
keep_in_use = 1
rule {
}
)");
    Diagnostics diagnostics;
    read_prune_policy(file, diagnostics);
    EXPECT_EQ(
        render(diagnostics),
        "policy.hcl:6:1: error: a policy has no blocks\n"
        "    6 | rule {\n"
        "      | ^^^^\n"
        "  hint: write keep_newest = 3 and the like\n"
        "\n"
        "policy.hcl:1:1: error: a policy has no \"keep_newst\"\n"
        "    1 | keep_newst = 3\n"
        "      | ^^^^^^^^^^\n"
        "  hint: did you mean \"keep_newest\"?\n"
        "\n"
        "policy.hcl:2:15: error: \"keep_newest\" must be a whole number, not below 0\n"
        "    2 | keep_newest = -1\n"
        "      |               ^^\n"
        "\n"
        "policy.hcl:3:16: error: \"keep_younger\" must be an age\n"
        "    3 | keep_younger = \"30 days\"\n"
        "      |                ^^^^^^^^^\n"
        "  hint: write it as \"12h\", \"90d\", \"2w\" or \"1y\"\n"
        "\n"
        "policy.hcl:4:15: error: \"keep_tagged\" must be a list of texts\n"
        "    4 | keep_tagged = \"keep\"\n"
        "      |               ^^^^^^\n"
        "  hint: write it as [\"a\", \"b\"]\n"
        "\n"
        "policy.hcl:5:15: error: \"keep_in_use\" must be true or false\n"
        "    5 | keep_in_use = 1\n"
        "      |               ^"
    );
}

TEST(PrunePolicy, ThatKeepsNothingIsAMistake) {
    for (const char* text : {"", "grace = \"1d\"", "keep_newest = 0\nkeep_in_use = true"}) {
        SCOPED_TRACE(text);
        const SourceFile file("policy.hcl", text);
        Diagnostics diagnostics;
        read_prune_policy(file, diagnostics);
        ASSERT_EQ(diagnostics.error_count(), 1u);
        EXPECT_EQ(diagnostics.list()[0].summary, "the policy keeps nothing");
    }
}

}  // namespace
}  // namespace kiln::image
