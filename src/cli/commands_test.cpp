#include "cli/commands.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::cli {
namespace {

TEST(FindCommand, TakesOneWordOrTwo) {
    EXPECT_EQ(find_command({"build", "list"}).entry->name, "build");
    EXPECT_EQ(find_command({"build", "list"}).words_used, 1u);
    EXPECT_EQ(find_command({"cache", "list", "-json"}).entry->name, "cache list");
    EXPECT_EQ(find_command({"cache", "list", "-json"}).words_used, 2u);
}

TEST(FindCommand, HasOnePageForAllOfAFirstWord) {
    const FoundCommand found = find_command({"cache", "-h"});
    EXPECT_EQ(found.entry->page(), "cache");
    EXPECT_EQ(found.words_used, 1u);
}

struct UnknownCase {
    std::vector<std::string> words;
    std::string want_message;
    std::string want_hint;
};

TEST(FindCommand, SaysWhatThereIs) {
    const UnknownCase cases[] = {
        {{"bulid"}, "kiln has no command \"bulid\"", "did you mean \"build\"?"},
        {{"frobnicate"}, "kiln has no command \"frobnicate\"", "see kiln --help"},
        {{"cache"}, "kiln cache needs one of: list, clear, path", ""},
        {{"cache", "empty"}, "kiln cache needs one of: list, clear, path", ""},
    };
    for (const UnknownCase& c : cases) {
        SCOPED_TRACE(c.words.back());
        try {
            find_command(c.words);
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.message(), c.want_message);
            EXPECT_EQ(error.hint(), c.want_hint);
        }
    }
}

}  // namespace
}  // namespace kiln::cli
