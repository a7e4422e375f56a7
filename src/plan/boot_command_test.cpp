#include "plan/boot_command.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Action = BootKey::Action;

BootInput press(std::uint32_t keysym, bool shift = false) {
    return BootKey{keysym, shift, Action::press};
}

struct BootCase {
    const char* text;
    std::vector<BootInput> want;
};

TEST(BootCommand, TypesTextKeysAndWaits) {
    const BootCase kCases[] = {
        {"aB~", {press('a'), press('B', true), press('~', true)}},
        {"<ENTER><f12>", {press(0xff0d), press(0xffc9)}},
        {"<wait><wait10><wait1m30s><wait500ms>",
         {BootWait{seconds(1)},
          BootWait{seconds(10)},
          BootWait{seconds(90)},
          BootWait{milliseconds(500)}}},
        {"<leftAltOn>x<leftaltOFF>",
         {BootKey{0xffe9, false, Action::hold},
          press('x'),
          BootKey{0xffe9, false, Action::release}}},
        {"<aOn><aOff>", {BootKey{'a', false, Action::hold}, BootKey{'a', false, Action::release}}},
        {"<>On>", {BootKey{'>', false, Action::hold}}},
        {"a < b", {press('a'), press(' '), press('<', true), press(' '), press('b')}},
        {"\xc3\xa9\xe2\x82\xac", {press(0xe9), press(0x010020ac)}},
        {"\n", {press(0xff0d)}},
        {"<<up>", {press('<', true), press(0xff52)}},
    };
    for (const BootCase& c : kCases) {
        SCOPED_TRACE(c.text);
        const BootScript script = parse_boot_command(c.text);
        EXPECT_EQ(script.inputs, c.want);
        EXPECT_TRUE(script.problems.empty());
    }
}

TEST(BootCommand, AWordThatIsNearlyAKeyIsAMistake) {
    const std::vector<BootCommandProblem> want = {
        {2, "<entr>", "<entr> is no key and no wait", "did you mean \"<enter>\"?", true}};
    EXPECT_EQ(parse_boot_command("ab<entr>").problems, want);
}

TEST(BootCommand, AWaitForNoTimeIsAMistake) {
    const std::vector<BootCommandProblem> want = {
        {0,
         "<wait5x>",
         "<wait5x> waits for no time that is known",
         "write <wait5>, <wait500ms> or <wait1m30s>",
         true}};
    EXPECT_EQ(parse_boot_command("<wait5x>").problems, want);
}

TEST(BootCommand, OtherWordsAreTyped) {
    const BootScript script = parse_boot_command("<zebrafinch>");
    ASSERT_EQ(script.problems.size(), 1U);
    EXPECT_FALSE(script.problems[0].is_error);
    EXPECT_EQ(script.inputs.size(), 12U);
}

TEST(BootCommand, TextTemplatesAreLeftOutOfTheFirstLook) {
    EXPECT_EQ(without_text_templates("a{{ .HTTPIP }}:{{.HTTPPort}}<enter>"), "ax:x<enter>");
    EXPECT_EQ(without_text_templates("a{{ b"), "a{{ b");
}

}  // namespace
}  // namespace kiln::plan
