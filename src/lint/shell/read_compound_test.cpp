#include "lint/testing/shell_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::lint::shell {
namespace {

using testing::ElementsAre;

TEST(ShellCompound, CommandsAreFollowed) {
    EXPECT_THAT(
        pipelines("if a; then b; elif c; then d; else e; fi | f"),
        ElementsAre("[a]", "[b]", "[c]", "[d]", "[e]", " | [f]")
    );
    EXPECT_THAT(
        pipelines("curl u | while read -r l; do a; done"),
        ElementsAre("[curl] [u] | ", "[read] [-r] [l]", "[a]")
    );
    EXPECT_THAT(
        pipelines("case $x in\n a|b) c ;;\n (*) d\n esac\ne"), ElementsAre("[c]", "[d]", "", "[e]")
    );
    EXPECT_THAT(
        pipelines("for i in a b; do c; done; f() { d; }\nf"),
        ElementsAre("[c]", "", "[d]", "", "[f]")
    );
    EXPECT_THAT(pipelines("[[ a && b > c ]] || d"), ElementsAre("[[[] [ a && b > c ]", "|| [d]"));
    EXPECT_THAT(pipelines("( a; b ) && c"), ElementsAre("[a]", "[b]", "", "&& [c]"));
}

TEST(ShellCompound, TellsWhatEnclosesACommand) {
    const Script script = read_script("if ! grep -q x f; then f() { echo >>f; }; fi; echo");
    EXPECT_TRUE(script.commands[0].is_condition);
    EXPECT_TRUE(script.is_inside(script.commands[1], BlockKind::branch));
    EXPECT_TRUE(script.is_inside(script.commands[1], BlockKind::function));
    EXPECT_FALSE(script.is_inside(script.commands.back(), BlockKind::branch));
}

}  // namespace
}  // namespace kiln::lint::shell
