#include "lint/testing/shell_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::lint::shell {
namespace {

using testing::ElementsAre;

TEST(ShellLists, JoinPipelines) {
    EXPECT_THAT(pipelines("a | b |\n c && d\n"), ElementsAre("[a] | [b] | [c]", "&& [d]"));
    EXPECT_THAT(pipelines("a ||\n\n b; c &\nd"), ElementsAre("[a]", "|| [b]", "[c]", "[d]"));
    EXPECT_THAT(pipelines("! a | b"), ElementsAre("! [a] | [b]"));
}

}  // namespace
}  // namespace kiln::lint::shell
