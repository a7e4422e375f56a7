#include "hcl/dynamic.hpp"

#include "hcl/language_test_support.hpp"
#include "hcl/references.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

Scope dynamic_world() {
    Scope scope;
    scope.set("tags", Value::object({{"b", Value::number(2)}, {"a", Value::number(1)}}));
    scope.set("names", Value::strings({"x", "y"}));
    scope.set("unknown", Value::unknown());
    return scope;
}

std::string expand_text(const std::string& text) {
    const SourceFile file("t", text);
    const Scope scope = dynamic_world();
    Diagnostics diagnostics;
    const Body body = expand_dynamic(parse_config(file, diagnostics), scope, diagnostics);
    const std::string described = testing::describe_body(body, scope, diagnostics);
    return diagnostics.empty() ? described : render(diagnostics);
}

struct DynamicCase {
    const char* name;
    const char* text;
    const char* want;
};

TEST(ExpandDynamic, MakesBlocks) {
    constexpr DynamicCase kCases[] = {
        {"other blocks stay", "a = 1\nb \"c\" {\n d = 2\n}", "a = 1; b \"c\" { d = 2 }"},
        {"one block for each member",
         "dynamic \"tag\" {\n for_each = tags\n content {\n  k = tag.key\n  v = tag.value\n }\n}",
         "tag { k = \"a\"; v = 1 }; tag { k = \"b\"; v = 2 }"},
        {"lists give their indexes",
         "dynamic \"t\" {\n for_each = names\n content {\n  k = \"${t.key}${t.value}\"\n }\n}",
         "t { k = \"0x\" }; t { k = \"1y\" }"},
        {"an iterator and labels",
         "dynamic \"t\" {\n for_each = names\n iterator = it\n labels = [it.value, \"l\"]\n"
         " content {}\n}",
         "t \"x\" \"l\" {}; t \"y\" \"l\" {}"},
        {"between other blocks, in order",
         "a {}\ndynamic \"b\" {\n for_each = [1]\n content {}\n}\nc {}",
         "a {}; b {}; c {}"},
        {"deep inside",
         "a {\n dynamic \"b\" {\n for_each = [1]\n content {\n  c = b.value\n }\n}\n}",
         "a { b { c = 1 } }"},
        {"in one another",
         "dynamic \"o\" {\n for_each = names\n content {\n"
         "  dynamic \"i\" {\n   for_each = [o.value, \"z\"]\n   content {\n"
         "    v = \"${o.key}${i.value}\"\n   }\n  }\n }\n}",
         "o { i { v = \"0x\" }; i { v = \"0z\" } }; o { i { v = \"1y\" }; i { v = \"1z\" } }"},
        {"nothing", "dynamic \"t\" {\n for_each = []\n content {}\n}", ""},
    };
    for (const DynamicCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(expand_text(c.text), c.want);
    }
}

TEST(ExpandDynamic, ShowsWhatIsWrong) {
    constexpr DynamicCase kCases[] = {
        {"no for_each",
         "dynamic \"t\" {\n content {}\n}",
         "t:1:1: error: this dynamic block has no for_each\n"
         "    1 | dynamic \"t\" {\n"
         "      | ^^^^^^^^^^^"},
        {"no content",
         "dynamic \"t\" {\n for_each = []\n}",
         "t:1:1: error: this dynamic block has no content block\n"
         "    1 | dynamic \"t\" {\n"
         "      | ^^^^^^^^^^^"},
        {"no label",
         "dynamic {\n}",
         "t:1:1: error: a dynamic block has one label, the type of the blocks it makes\n"
         "    1 | dynamic {\n"
         "      | ^^^^^^^\n"
         "  hint: as in dynamic \"tag\" { ... }"},
        {"a wrong attribute",
         "dynamic \"t\" {\n foreach = []\n content {}\n}",
         "t:2:2: error: a dynamic block has no attribute \"foreach\"\n"
         "    2 |  foreach = []\n"
         "      |  ^^^^^^^\n"
         "  hint: did you mean \"for_each\"?"},
        {"for_each not known yet",
         "dynamic \"t\" {\n for_each = unknown\n content {}\n}",
         "t:2:13: error: for_each must be known before the build runs\n"
         "    2 |  for_each = unknown\n"
         "      |             ^^^^^^^"},
        {"for_each of a string",
         "dynamic \"t\" {\n for_each = \"x\"\n content {}\n}",
         "t:2:13: error: for_each takes a list, set, map or object, not a string\n"
         "    2 |  for_each = \"x\"\n"
         "      |             ^^^"},
        {"an iterator that is no name",
         "dynamic \"t\" {\n for_each = []\n iterator = 1\n content {}\n}",
         "t:3:13: error: the iterator must be one bare name\n"
         "    3 |  iterator = 1\n"
         "      |             ^"},
        {"another block inside",
         "dynamic \"t\" {\n for_each = []\n content {}\n x {}\n}",
         "t:4:2: error: a dynamic block holds one block, \"content\"\n"
         "    4 |  x {}\n"
         "      |  ^"},
    };
    for (const DynamicCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(expand_text(c.text), c.want);
    }
}

TEST(ExpandDynamic, BoundsTheBlocks) {
    const SourceFile file(
        "t",
        "dynamic \"t\" {\n for_each = [for a in n : 1]\n content {\n"
        "  dynamic \"u\" {\n   for_each = [for a in n : 1]\n   content {}\n  }\n }\n}\n"
    );
    Scope scope;
    scope.set("n", Value::strings(std::vector<std::string>(150, "x")));
    Diagnostics diagnostics;
    const Body parsed = parse_config(file, diagnostics);
    expand_dynamic(parsed, scope, diagnostics);
    ASSERT_TRUE(diagnostics.has_errors());
    EXPECT_EQ(diagnostics.list()[0].summary, "dynamic blocks make more than 10000 blocks here");
    EXPECT_EQ(diagnostics.error_count(), 1U);
}

TEST(ExpandDynamic, LeavesNoReferenceToIterators) {
    const SourceFile file(
        "t", "dynamic \"t\" {\n for_each = [1]\n content {\n  v = [t.value, build.ID]\n }\n}\n"
    );
    Diagnostics diagnostics;
    const Body body = expand_dynamic(parse_config(file, diagnostics), Scope(), diagnostics);
    const std::vector<Reference> found = references(body);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].range.text(), "build.ID");
}

}  // namespace
}  // namespace kiln::hcl
