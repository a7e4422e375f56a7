#include "hcl/references.hpp"

#include "hcl/parser.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

// Each as root.path@range, separated by blanks.
std::string show(const std::vector<Reference>& references) {
    std::string text;
    for (const Reference& reference : references) {
        text += (text.empty() ? "" : " ") + reference.root;
        for (const std::string& name : reference.path) {
            text += "." + name;
        }
        text += "@" + std::string(reference.range.text());
    }
    return text;
}

struct ReferenceCase {
    const char* text;
    const char* want;
};

TEST(References, OfAnExpression) {
    constexpr ReferenceCase kCases[] = {
        {"1", ""},
        {"var.x", "var.x@var.x"},
        {"local.a[\"b\"][0].c", "local.a.b.0.c@local.a[\"b\"][0].c"},
        {"var.x[var.i].y", "var.x@var.x var.i@var.i"},
        {"var.x.*.y", "var.x@var.x"},
        {"\"a${var.x}%{ if var.y }${var.z}%{ endif }\"", "var.x@var.x var.y@var.y var.z@var.z"},
        {"f(var.x, [build.ID], {a = source.name})",
         "var.x@var.x build.ID@build.ID source.name@source.name"},
        {"var.a + var.b ? -var.c : !var.d", "var.a@var.a var.b@var.b var.c@var.c var.d@var.d"},
        {"[for v in var.list : v.x if var.y]", "var.list@var.list var.y@var.y"},
        {"{for k, v in var.map : k => [v, var.x]}", "var.map@var.map var.x@var.x"},
        {"[for var in var.list : var.x]", "var.list@var.list"},
        {"{(var.key) = 1, b = var.b}", "var.key@var.key var.b@var.b"},
        {"convert(var.x, list(string))", "var.x@var.x"},
        {"(var).x", "var.x@var).x"},
    };
    for (const ReferenceCase& c : kCases) {
        SCOPED_TRACE(c.text);
        const SourceFile file("t", c.text);
        Diagnostics diagnostics;
        const ExpressionPtr expression = parse_expression(file, diagnostics);
        ASSERT_TRUE(diagnostics.empty());
        EXPECT_EQ(show(references(*expression)), c.want);
    }
}

TEST(References, OfABodyInTheOrderOfTheSource) {
    const SourceFile file(
        "t",
        "a = var.a\n"
        "b { c = var.c }\n"
        "d = var.d\n"
        "dynamic \"tag\" {\n"
        "  for_each = var.tags\n"
        "  iterator = it\n"
        "  labels   = [it.key]\n"
        "  content {\n"
        "    x = it.value\n"
        "    y = tag.value\n"
        "  }\n"
        "}\n"
    );
    Diagnostics diagnostics;
    const Body body = parse_config(file, diagnostics);
    ASSERT_TRUE(diagnostics.empty());
    EXPECT_EQ(
        show(references(body)),
        "var.a@var.a var.c@var.c var.d@var.d var.tags@var.tags tag.value@tag.value"
    );
}

}  // namespace
}  // namespace kiln::hcl
