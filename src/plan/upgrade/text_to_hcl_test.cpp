#include "plan/upgrade/text_to_hcl.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

UpgradedText convert(const std::string& text) {
    return text_to_hcl(text, [](const std::string& name) { return "var." + name; });
}

struct TextCase {
    const char* text;
    const char* code;
};

TEST(TextToHcl, CallsThatHclHasBecomeExpressions) {
    constexpr TextCase kCases[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a \"b\" ${c} %{d}", R"("a \"b\" $${c} %%{d}")"},
        {"{{user `a`}}", "var.a"},
        {"x{{user `a`}}y", R"("x${var.a}y")"},
        {"{{user `a`}}{{user `b`}}", R"("${var.a}${var.b}")"},
        {"{{upper (user `a`)}}", "upper(var.a)"},
        {"{{user `a` | lower | upper}}", "upper(lower(var.a))"},
        {"{{replace_all `-` `_` `x-y`}}", R"(replace("x-y", "-", "_"))"},
        {"{{replace `-` `_` -1 (user `a`)}}", R"(replace(var.a, "-", "_"))"},
        {"{{split (user `a`) `-` 1}}", R"(split("-", var.a)[1])"},
        {"{{build `ID`}}", "build.ID"},
        {"{{pwd}}", "path.cwd"},
        {"{{template_dir}}/x", R"("${abspath(path.root)}/x")"},
        {"{{packer_version}}", "packer.version"},
        {"{{if user `a`}}b{{else}}c{{end}}", R"("%{ if var.a != "" }b%{ else }c%{ endif }")"},
        {"{{if eq (user `a`) `x`}}b{{end}}", R"("%{ if var.a == "x" }b%{ endif }")"},
        {"{{if user `a`}}1{{else if user `b`}}2{{ else  if user `c` }}3{{else}}4{{end}}5",
         R"("%{ if var.a != "" }1%{ else }%{ if var.b != "" }2%{ else }%{ if var.c != "" }3)"
         R"(%{ else }4%{ endif }%{ endif }%{ endif }5")"},
    };
    for (const TextCase& c : kCases) {
        SCOPED_TRACE(c.text);
        const UpgradedText made = convert(c.text);
        EXPECT_EQ(made.code, c.code);
        EXPECT_EQ(made.left, "");
    }
}

TEST(TextToHcl, WhatOnlyExistsWhileAPluginRunsStays) {
    constexpr TextCase kCases[] = {
        {"{{ .Vars }} {{timestamp}}", R"("{{ .Vars }} {{timestamp}}")"},
        {"{{clean_resource_name (user `a`)}}", R"("{{clean_resource_name `${var.a}`}}")"},
        {"{{replace `a` `b` 1 (user `a`)}}", R"("{{replace `a` `b` 1 `${var.a}`}}")"},
        {"{{if .X}}a{{else}}b{{end}}", R"("{{if .X}}a{{else}}b{{end}}")"},
        {"{{if .X}}a{{else if user `a`}}b{{end}}",
         R"("{{if .X}}a{{else}}%{ if var.a != "" }b%{ endif }{{end}}")"},
        {"{{if user `a`}}a{{else if .X}}b{{else}}c{{end}}",
         R"("%{ if var.a != "" }a%{ else }{{ if .X}}b{{else}}c{{end}}%{ endif }")"},
    };
    for (const TextCase& c : kCases) {
        SCOPED_TRACE(c.text);
        const UpgradedText made = convert(c.text);
        EXPECT_EQ(made.code, c.code);
        EXPECT_EQ(made.left, "");
    }
}

TEST(TextToHcl, WhatHasNoCounterpartIsKeptWholeAndTold) {
    for (const std::string text :
         {"{{$x := user `a`}}{{$x}}",
          "{{with user `a`}}{{.}}{{end}}",
          "{{user `a` ",
          "{{sed `s/a/b/` `a`}}"}) {
        SCOPED_TRACE(text);
        const UpgradedText made = convert(text);
        EXPECT_EQ(made.left, text);
        EXPECT_EQ(made.code, "\"" + text + "\"");
    }
}

TEST(TextToHcl, TellsWhereTheValueMayStand) {
    EXPECT_TRUE(convert("{{env `HOME`}}").calls_env);
    EXPECT_FALSE(convert("{{env `HOME`}}").has_more);
    EXPECT_TRUE(convert("{{user `a`}}").has_more);
    EXPECT_FALSE(convert("{{timestamp}}").has_more);
}

}  // namespace
}  // namespace kiln::plan
