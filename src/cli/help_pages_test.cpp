#include "cli/help_pages.hpp"

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "lint/rule.hpp"

#include <gmock/gmock.h>

namespace kiln::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string at_text(const std::string& page, const std::string& word) {
    // Followed by what no longer name has: "-var " and not the beginning of "-var-file".
    for (const char* end : {" ", "=", "\n", "`", "]"}) {
        if (page.find(word + end) != std::string::npos) {
            return "";
        }
    }
    return word + " is not on the page";
}

TEST(HelpPages, NameEveryFlagOfTheirCommands) {
    for (const CommandEntry& entry : commands()) {
        if (entry.hidden) {
            continue;
        }
        SCOPED_TRACE(std::string(entry.name));
        const std::string page(help_page(entry.page()));
        CommandLine line{std::string(entry.name)};
        const std::unique_ptr<Command> command = entry.make();
        command->declare(line);
        EXPECT_THAT(page, StartsWith("# kiln " + std::string(entry.page()) + "\n"));
        for (const FlagInfo& flag : line.flags()) {
            EXPECT_EQ(at_text(page, "-" + flag.name), "");
            for (const std::string& value : flag.allowed) {
                EXPECT_THAT(page, HasSubstr(value));
            }
        }
    }
}

TEST(HelpPages, ListEveryCommandOnTheFirstPage) {
    const std::string page(help_page(""));
    for (const CommandEntry& entry : commands()) {
        if (!entry.hidden) {
            EXPECT_THAT(page, HasSubstr("\n    " + std::string(entry.page()) + " "));
        }
    }
}

TEST(HelpPages, ExplainEveryRuleOfLint) {
    EXPECT_EQ(lint_pages().size(), lint::rules().size());
    for (const lint::Rule& rule : lint::rules()) {
        const std::string id(rule.id);
        const char* severity = rule.severity == Severity::error ? "error" : "warning";
        EXPECT_THAT(
            std::string(lint_page(id)),
            StartsWith(
                "# " + id + "\n\n" + severity + ": " + std::string(rule.summary) + "." +
                (rule.on_request ? " On request." : "") + "\n\n"
            )
        );
    }
}

TEST(HelpPages, SayWhenThereIsNone) {
    try {
        help_page("bulid");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(error.message(), "there is no page about \"bulid\"");
    }
}

}  // namespace
}  // namespace kiln::cli
