#include "template/selection.hpp"

#include <gtest/gtest.h>

namespace kiln::tmpl {
namespace {

struct SelectionCase {
    const char* name;
    Selection selection;
    bool selected;
};

TEST(Selection, ComparesPatternsWithWholeNames) {
    const SelectionCase kCases[] = {
        {"amazon-ebs.base", {}, true},
        {"amazon-ebs.base", {{"amazon-ebs.base"}, {}}, true},
        {"k8s.amazon-ebs.base", {{"amazon-ebs.base"}, {}}, false},
        {"k8s.amazon-ebs.base", {{"*.amazon-ebs.base"}, {}}, true},
        {"k8s.amazon-ebs.base", {{"k8s.*"}, {}}, true},
        {"amazon-ebs.base", {{}, {"amazon-ebs.*"}}, false},
        {"amazon-ebs.base", {{"amazon-ebs.*"}, {"*.base"}}, false},
        {"amazon-ebs.b1", {{"amazon-ebs.b[0-9]"}, {}}, true},
        {"amazon-ebs.bx", {{"amazon-ebs.b[!0-9]"}, {}}, true},
        {"amazon-ebs.b1", {{"amazon-ebs.b?"}, {}}, true},
        {"a.b", {{"x", "a.b"}, {}}, true},
    };
    for (const SelectionCase& c : kCases) {
        EXPECT_EQ(c.selection.selects_build(c.name), c.selected) << c.name;
    }
}

TEST(Selection, ExceptSpeaksOfPostProcessorsToo) {
    const Selection selection{{}, {"manif*", "upload"}};
    EXPECT_FALSE(selection.selects_post_processor("", "manifest"));
    EXPECT_FALSE(selection.selects_post_processor("upload", "shell-local"));
    EXPECT_TRUE(selection.selects_post_processor("", "checksum"));
    EXPECT_TRUE((Selection{{}, {"?*"}}.selects_build("")));
}

TEST(Selection, NamesPatternsThatMatchNothing) {
    EXPECT_EQ(
        unmatched_patterns({"a.*", "b", "*.y"}, {"a.x", "c.y"}), std::vector<std::string>{"b"}
    );
}

}  // namespace
}  // namespace kiln::tmpl
