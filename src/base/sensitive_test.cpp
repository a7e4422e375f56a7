#include "base/sensitive.hpp"

#include <gmock/gmock.h>

namespace kiln {
namespace {

using testing::ElementsAre;

struct MaskCase {
    const char* name;
    std::vector<std::string> secrets;
    const char* text;
    const char* want;
};

TEST(MaskSecrets, ReplacesEveryOccurrence) {
    const MaskCase kCases[] = {
        {"no secret", {}, "text", "text"},
        {"an empty one is none", {""}, "text", "text"},
        {"each occurrence", {"pw"}, "pw=apwb", "<sensitive>=a<sensitive>b"},
        {"the longest first", {"password", "pass"}, "a password", "a <sensitive>"},
        {"a mask is not searched again", {"sensitive", "secret", "s"}, "secret", "<sensitive>"},
        {"a digit", {"1"}, "step 1 of 12", "step <sensitive> of <sensitive>2"},
    };
    for (const MaskCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(mask_secrets(c.text, c.secrets), c.want);
    }
}

TEST(MaskSecrets, AShortOneStandsForItselfInWhatPeopleWrote) {
    const MaskCase kCases[] = {
        {"a date", {"1"}, "2026-11-21", "2026-11-21"},
        {"a word of its own", {"1"}, "pin=1, 1", "pin=<sensitive>, <sensitive>"},
        {"the whole text", {"on"}, "on", "<sensitive>"},
        {"a part of a word", {"on"}, "done on_x \xC3\xA9on", "done on_x \xC3\xA9on"},
        {"in quotes", {"abc"}, "echo 'abc'", "echo '<sensitive>'"},
        {"four bytes are found anywhere", {"abcd"}, "xabcdy", "x<sensitive>y"},
        {"a shorter one within a longer", {"a-b-c", "b"}, "a-b-c b", "<sensitive> <sensitive>"},
    };
    for (const MaskCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(mask_whole_secrets(c.text, c.secrets), c.want);
    }
}

TEST(AddSecretText, AddsTheLinesThatTellSomething) {
    std::vector<std::string> secrets;
    add_secret_text("", secrets);
    add_secret_text("one", secrets);
    add_secret_text("{\n  \"key\": 1\n}\n", secrets);
    EXPECT_THAT(secrets, ElementsAre("one", "{\n  \"key\": 1\n}\n", "\"key\": 1"));
}

TEST(SortedSecrets, AreLongestFirst) {
    EXPECT_THAT(sorted_secrets({"b", "aa", "a", "aa"}), ElementsAre("aa", "a", "b"));
}

}  // namespace
}  // namespace kiln
