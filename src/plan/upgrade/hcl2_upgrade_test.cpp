#include "plan/upgrade/hcl2_upgrade.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

UpgradedTemplate upgrade(const std::string& json) {
    return upgrade_to_hcl2(nlohmann::ordered_json::parse(json), false);
}

/// The template with one step of JSON in its list of provisioners.
UpgradedTemplate upgrade_step(const std::string& step) {
    return upgrade(
        R"({"builders": [{"type": "null", "name": "a"}], "provisioners": [)" + step + "]}"
    );
}

TEST(Hcl2Upgrade, BuildersBecomeSourcesAndTheRestABuild) {
    const UpgradedTemplate made = upgrade(R"({
        "builders": [{"type": "null", "communicator": "none"}, {"type": "null", "name": "b c"}],
        "provisioners": [{"type": "shell-local", "inline": ["x"], "only": ["b c"]}],
        "post-processors": ["manifest", [{"type": "compress"}]]})");
    EXPECT_THAT(made.remarks, IsEmpty());
    EXPECT_EQ(made.text, R"(source "null" "null" {
  communicator = "none"
}

source "null" "b_c" {
}

build {
  sources = ["source.null.null", "source.null.b_c"]

  provisioner "shell-local" {
    only   = ["null.b_c"]
    inline = ["x"]
  }

  post-processor "manifest" {
  }

  post-processors {

    post-processor "compress" {
    }
  }
}
)");
}

TEST(Hcl2Upgrade, ADefaultOfOtherVariablesBecomesALocal) {
    const UpgradedTemplate made = upgrade(R"({
        "variables": {"a": "1", "b": "{{user `a`}}x", "r": null}, "sensitive-variables": ["a"],
        "builders": []})");
    EXPECT_EQ(made.text, R"(variable "a" {
  type      = string
  default   = "1"
  sensitive = true
}

variable "b" {
  type    = string
  default = null
}

variable "r" {
  type = string
}

locals {
  b = var.b != null ? var.b : "${var.a}x"
}

)");
}

TEST(Hcl2Upgrade, AValueGetsTheTypeOfItsOption) {
    struct ValueCase {
        const char* step;
        const char* line;
    };
    constexpr ValueCase kCases[] = {
        {R"({"type": "shell-local", "inline": "a,b"})", "inline = [\n      \"a\",\n"},
        {R"({"type": "shell-local", "inline": "a"})", R"(inline = ["a"])"},
        {R"({"type": "shell-local", "inline": "a{{user `b`}}"})",
         R"(inline = split(",", "a${var.b}"))"},
        {R"({"type": "shell-local", "valid_exit_codes": 3})", "valid_exit_codes = [3]"},
        {R"({"type": "shell-local", "valid_exit_codes": "3"})", "valid_exit_codes = [3]"},
        {R"({"type": "shell-local", "INLINE": ["a"]})", R"(inline = ["a"])"},
        {R"({"type": "shell-local", "pause_before": 1000})", R"(pause_before = "1000ns")"},
        {R"({"type": "shell-local", "timeout": "5m"})", R"(timeout = "5m")"},
        {R"({"type": "sleep", "duration": 1000})", R"(duration = "1000ns")"},
        {R"({"type": "shell", "skip_clean": "t"})", "skip_clean = true"},
        {R"({"type": "shell", "skip_clean": ""})", "skip_clean = false"},
        {R"({"type": "shell", "skip_clean": "{{user `c`}}"})", "skip_clean = var.c"},
        {R"({"type": "shell-local", "override": {"a": {"environment_vars": "X=1"}}})",
         R"(environment_vars = ["X=1"])"},
        {R"({"type": "unknown", "thing": "t"})", R"(thing = "t")"},
    };
    for (const ValueCase& c : kCases) {
        SCOPED_TRACE(c.step);
        const UpgradedTemplate made = upgrade_step(c.step);
        EXPECT_THAT(made.text, HasSubstr(c.line));
    }
}

TEST(Hcl2Upgrade, TellsWhatAPersonHasToLookAt) {
    EXPECT_THAT(
        upgrade_step(R"({"type": "shell-local", "inline": ["{{sed `a` `b`}}"]})").remarks,
        ElementsAre(HasSubstr("no counterpart in HCL2: {{sed `a` `b`}}"))
    );
    EXPECT_THAT(
        upgrade_step(R"({"type": "shell-local", "inline": ["{{user `x`}}"]})").remarks,
        ElementsAre("variable \"x\" was not declared; it is now")
    );
    EXPECT_THAT(
        upgrade(R"({"builders": [{"type": "null", "name": "{{user `n`}}"}]})").remarks,
        ElementsAre(HasSubstr("the name of a source is fixed in HCL2"))
    );
    EXPECT_THAT(
        upgrade(R"({"builders": [{"name": "x"}]})").remarks,
        ElementsAre("a builder without a type was left out")
    );
}

}  // namespace
}  // namespace kiln::plan
