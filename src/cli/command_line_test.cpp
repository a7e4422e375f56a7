#include "cli/command_line.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <optional>

namespace kiln::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What one line of a command with a flag of each kind came to.
struct Parsed {
    bool force = false;
    std::optional<bool> color = {};
    std::string on_error = "cleanup";
    int parallel_builds = 0;
    std::string output = {};
    std::vector<std::string> variables = {};
    std::string path = {};

    bool operator==(const Parsed&) const = default;
};

Parsed parse(const std::vector<std::string>& words) {
    Parsed parsed;
    CommandLine line("build");
    line.flag("force", parsed.force);
    line.flag("color", parsed.color);
    line.choice("on-error", {"cleanup", "abort"}, parsed.on_error);
    line.option("parallel-builds", "N", parsed.parallel_builds);
    line.option("output", "FILE", parsed.output);
    line.option("var", "NAME=VALUE", parsed.variables);
    line.argument("TEMPLATE", parsed.path, CommandLine::Needed::required);
    line.parse(words);
    return parsed;
}

struct LineCase {
    const char* name;
    std::vector<std::string> words;
    Parsed want;
};

TEST(CommandLine, ReadsPackersDialect) {
    const LineCase cases[] = {
        {"only the argument", {"t"}, {.path = "t"}},
        {"one dash", {"-force", "t"}, {.force = true, .path = "t"}},
        {"two dashes", {"--force", "t"}, {.force = true, .path = "t"}},
        {"flags after the argument", {"t", "-force"}, {.force = true, .path = "t"}},
        {"a boolean takes a value with =", {"-color=false", "t"}, {.color = false, .path = "t"}},
        {"and not without", {"-force", "false"}, {.force = true, .path = "false"}},
        {"a value after =", {"-on-error=abort", "t"}, {.on_error = "abort", .path = "t"}},
        {"a value as the next word",
         {"-on-error", "abort", "t"},
         {.on_error = "abort", .path = "t"}},
        {"a number", {"-parallel-builds=3", "t"}, {.parallel_builds = 3, .path = "t"}},
        {"the last of two wins", {"-output=a", "-output=b", "t"}, {.output = "b", .path = "t"}},
        {"a list keeps every value, whatever it looks like",
         {"-var", "a=[1,2]", "--var=b=-x", "-var", "[x,y]", "-var", "", "t"},
         {.variables = {"a=[1,2]", "b=-x", "[x,y]", ""}, .path = "t"}},
        {"a value that looks like a flag",
         {"-output", "-force", "t"},
         {.output = "-force", .path = "t"}},
        {"an empty value", {"-output=", "t"}, {.path = "t"}},
        {"a dash alone is an argument", {"-"}, {.path = "-"}},
        {"nothing is a flag after --", {"--", "-force"}, {.path = "-force"}},
    };
    for (const LineCase& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse(c.words), c.want);
    }
}

struct WrongCase {
    const char* name;
    std::vector<std::string> words;
    std::string want_message;
    std::string want_hint = "see kiln build --help";
};

TEST(CommandLine, SaysWhatIsWrong) {
    const WrongCase cases[] = {
        {"unknown flag", {"-frobnicate", "t"}, "kiln build has no flag -frobnicate"},
        {"misspelt flag",
         {"-forse", "t"},
         "kiln build has no flag -forse",
         "did you mean \"force\"?"},
        {"no value", {"t", "-var"}, "flag -var needs a value"},
        {"no argument", {"-force"}, "kiln build needs TEMPLATE"},
        {"two arguments", {"t", "u"}, "kiln build was given too many arguments"},
        {"not a number",
         {"-parallel-builds=x", "t"},
         "flag -parallel-builds: needs a whole number, not \"x\""},
        {"not a choice",
         {"-on-error=panic", "t"},
         "flag -on-error: must be one of cleanup, abort, not \"panic\""},
        {"not a truth", {"-color=maybe", "t"}, "flag -color: must be true or false, not \"maybe\""},
    };
    for (const WrongCase& c : cases) {
        SCOPED_TRACE(c.name);
        try {
            parse(c.words);
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.message(), c.want_message);
            EXPECT_EQ(error.hint(), c.want_hint);
        }
    }
}

TEST(CommandLine, TellsItsFlags) {
    bool force = false;
    std::vector<std::string> files;
    CommandLine line("x");
    line.flag("force", force);
    line.arguments("FILE", files);
    ASSERT_EQ(line.flags().size(), 1u);
    EXPECT_EQ(line.flags()[0].name, "force");
    EXPECT_THAT(line.flags()[0].value_name, IsEmpty());
    EXPECT_THAT(line.argument_names(), ElementsAre("FILE"));
}

}  // namespace
}  // namespace kiln::cli
