#include "lint/shell/script.hpp"

#include "base/strings.hpp"
#include "lint/shell/invocation.hpp"

#include <gmock/gmock.h>

namespace kiln::lint::shell {
namespace {

using testing::ElementsAre;

std::string written(const Command& command) {
    std::vector<std::string> parts;
    for (const Word& word : command.assignments) {
        parts.push_back(word.text);
    }
    for (const Word& word : command.words) {
        parts.push_back("[" + word.text + "]");
    }
    for (const Redirect& redirect : command.redirects) {
        const char* sign = "<";
        switch (redirect.kind) {
            case RedirectKind::input:
                break;
            case RedirectKind::output:
                sign = ">";
                break;
            case RedirectKind::append:
                sign = ">>";
                break;
            case RedirectKind::here_document:
                sign = "<<";
                break;
            case RedirectKind::here_string:
                sign = "<<<";
                break;
        }
        parts.push_back(sign + redirect.target.text);
    }
    return join(parts, " ");
}

// One line a pipeline: how it is joined, its commands with " | " between.
std::vector<std::string> pipelines(const std::string& text) {
    const Script script = read_script(text);
    std::vector<std::string> lines;
    for (const Pipeline& pipeline : script.pipelines) {
        std::vector<std::string> commands;
        for (const std::size_t index : pipeline.commands) {
            commands.push_back(written(script.commands[index]));
        }
        const char* joint = pipeline.joint == Joint::and_then  ? "&& "
                            : pipeline.joint == Joint::or_else ? "|| "
                                                               : "";
        lines.push_back(
            (pipeline.negated ? "! " : "") + std::string(joint) + join(commands, " | ")
        );
    }
    return lines;
}

TEST(ShellScript, SplitsCommandsAndWords) {
    EXPECT_THAT(
        pipelines("a b\nc 'd e' \"f $g\"; h\\ i"),
        ElementsAre("[a] [b]", "[c] [d e] [f $g]", "[h i]")
    );
    EXPECT_THAT(pipelines("a \\\n  b\n"), ElementsAre("[a] [b]"));
    EXPECT_THAT(pipelines("# a; b\nc # d\ne#f"), ElementsAre("[c]", "[e#f]"));
    EXPECT_THAT(pipelines("A=1 B='x y' c d=e"), ElementsAre("A=1 B=x y [c] [d=e]"));
    EXPECT_THAT(pipelines("L=(a b) ; c"), ElementsAre("L=(a b)", "[c]"));
}

TEST(ShellScript, JoinsPipelines) {
    EXPECT_THAT(pipelines("a | b |\n c && d\n"), ElementsAre("[a] | [b] | [c]", "&& [d]"));
    EXPECT_THAT(pipelines("a ||\n\n b; c &\nd"), ElementsAre("[a]", "|| [b]", "[c]", "[d]"));
    EXPECT_THAT(pipelines("! a | b"), ElementsAre("! [a] | [b]"));
}

TEST(ShellScript, KnowsRedirects) {
    EXPECT_THAT(pipelines("a >b 2>&1 2>>c <d &>e >|f"), ElementsAre("[a] >b >>c <d >e >f"));
    EXPECT_THAT(pipelines("a <<<'x y' b"), ElementsAre("[a] [b] <<<x y"));
    EXPECT_THAT(pipelines("{ a; b; } >>c"), ElementsAre("[a]", "[b]", ">>c"));
}

TEST(ShellScript, KeepsHereDocumentsApart) {
    const std::string text =
        "cat <<A >f; cat <<-'B' | tee g\nnot; a | command\nA\n\tnor this\n\tB\nnext\n";
    EXPECT_THAT(pipelines(text), ElementsAre("[cat] <<A >f", "[cat] <<B | [tee] [g]", "[next]"));
    const Script script = read_script(text);
    EXPECT_EQ(script.body(script.commands[0].redirects[0]), "not; a | command\n");
    EXPECT_EQ(script.body(script.commands[1].redirects[0]), "\tnor this\n");
}

TEST(ShellScript, ReadsSubstitutionsAndQuotedScripts) {
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

TEST(ShellScript, FollowsCompoundCommands) {
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

TEST(ShellScript, TellsWhatEnclosesACommand) {
    const Script script = read_script("if ! grep -q x f; then f() { echo >>f; }; fi; echo");
    EXPECT_TRUE(script.commands[0].is_condition);
    EXPECT_TRUE(script.is_inside(script.commands[1], BlockKind::branch));
    EXPECT_TRUE(script.is_inside(script.commands[1], BlockKind::function));
    EXPECT_FALSE(script.is_inside(script.commands.back(), BlockKind::branch));
}

TEST(ShellScript, SurvivesWhatIsNoScript) {
    for (const char* text :
         {"'",        "\"",   "`",         "$(",        "${",     "((",         "a(", "<<",
          "<<E",      "case", "case x in", "fi",        ")",      "}",          "[[", "\\",
          "&>",       "if",   "esac",      "a <<E\n$(", "$($($(", "\"$(\"$(\"", "<(", "for ((",
          "function", "!",    "|",         "&&",        ";;"}) {
        SCOPED_TRACE(text);
        read_script(text);
    }
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
        deep += "sh -c \"$(";
    }
    read_script(deep);
    std::string ifs;
    for (int i = 0; i < 20'000; ++i) {
        ifs += "if a; then (";
    }
    read_script(ifs);
}

std::string program_of(const std::string& text) {
    const Script script = read_script(text);
    const std::optional<Invocation> run = invocation(script.commands.at(0));
    return run ? run->program : "none";
}

TEST(ShellInvocation, LooksBehindWrappers) {
    EXPECT_EQ(program_of("sudo -E -u root env A=b nice -n 5 /usr/bin/curl x"), "curl");
    EXPECT_EQ(program_of("timeout -k 5 10m dnf install -y x"), "dnf");
    EXPECT_EQ(program_of("A=b"), "none");
    EXPECT_EQ(program_of("sudo -i"), "none");
    EXPECT_EQ(program_of("chroot /mnt apt-get update"), "apt-get");
}

TEST(ShellInvocation, ReadsFlags) {
    const Script script = read_script("curl -fsSL --retry=3 -o out https://x -H a");
    const Invocation run = invocation(script.commands.at(0)).value();
    EXPECT_TRUE(run.has_flag("-L"));
    EXPECT_FALSE(run.has_flag("-k"));
    EXPECT_TRUE(run.has_flag("--retry"));
    EXPECT_EQ(run.value_of("-o")->text, "out");
    EXPECT_EQ(run.value_of("--retry")->text, "3");
}

}  // namespace
}  // namespace kiln::lint::shell
