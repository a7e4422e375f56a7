#include "lint/testing/shell_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::lint::shell {
namespace {

using testing::ElementsAre;

TEST(ShellRedirects, HaveKindsAndTargets) {
    EXPECT_THAT(pipelines("a >b 2>&1 2>>c <d &>e >|f"), ElementsAre("[a] >b >>c <d >e >f"));
    EXPECT_THAT(pipelines("a <<<'x y' b"), ElementsAre("[a] [b] <<<x y"));
    EXPECT_THAT(pipelines("{ a; b; } >>c"), ElementsAre("[a]", "[b]", ">>c"));
}

TEST(ShellRedirects, KeepHereDocumentsApart) {
    const std::string text =
        "cat <<A >f; cat <<-'B' | tee g\nnot; a | command\nA\n\tnor this\n\tB\nnext\n";
    EXPECT_THAT(pipelines(text), ElementsAre("[cat] <<A >f", "[cat] <<B | [tee] [g]", "[next]"));
    const Script script = read_script(text);
    EXPECT_EQ(script.body(script.commands[0].redirects[0]), "not; a | command\n");
    EXPECT_EQ(script.body(script.commands[1].redirects[0]), "\tnor this\n");
}

TEST(ShellRedirects, GiveEachHereDocumentToItsCommand) {
    const std::string text = "a <<X | b <<Y <<Z; c\n1\nX\n2\nY\n3\nZ\nd\n";
    EXPECT_THAT(pipelines(text), ElementsAre("[a] <<X | [b] <<Y <<Z", "[c]", "[d]"));
    const Script script = read_script(text);
    EXPECT_EQ(script.body(script.commands[0].redirects[0]), "1\n");
    EXPECT_EQ(script.body(script.commands[1].redirects[0]), "2\n");
    EXPECT_EQ(script.body(script.commands[1].redirects[1]), "3\n");
}

}  // namespace
}  // namespace kiln::lint::shell
