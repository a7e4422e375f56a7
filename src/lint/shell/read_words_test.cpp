#include "lint/testing/shell_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::lint::shell {
namespace {

using testing::ElementsAre;

TEST(ShellWords, AreReadWithoutTheirQuotes) {
    EXPECT_THAT(
        pipelines("a b\nc 'd e' \"f $g\"; h\\ i"),
        ElementsAre("[a] [b]", "[c] [d e] [f $g]", "[h i]")
    );
    EXPECT_THAT(pipelines("a \\\n  b\n"), ElementsAre("[a] [b]"));
    EXPECT_THAT(pipelines("# a; b\nc # d\ne#f"), ElementsAre("[c]", "[e#f]"));
    EXPECT_THAT(pipelines("A=1 B='x y' c d=e"), ElementsAre("A=1 B=x y [c] [d=e]"));
    EXPECT_THAT(pipelines("L=(a b) ; c"), ElementsAre("L=(a b)", "[c]"));
}

TEST(ShellWords, LeadToSubstitutionsAndQuotedScripts) {
    EXPECT_THAT(
        pipelines("a \"$(b `c`)\" d"), ElementsAre("[c]", "[b] [`c`]", "[a] [$(b `c`)] [d]")
    );
    EXPECT_THAT(pipelines("bash <(curl x)"), ElementsAre("[curl] [x]", "[bash] [<(curl x)]"));
    EXPECT_THAT(
        pipelines("sudo sh -c 'a >>b'"), ElementsAre("[sudo] [sh] [-c] [a >>b]", "[a] >>b")
    );
    EXPECT_THAT(pipelines("bash <<E\na | b\nE\n"), ElementsAre("[bash] <<E", "[a] | [b]"));
    EXPECT_THAT(pipelines("x=$((1 + (2 * 3))) y"), ElementsAre("x=$((1 + (2 * 3))) [y]"));
}

}  // namespace
}  // namespace kiln::lint::shell
