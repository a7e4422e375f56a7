#include "template/load.hpp"

#include "hcl/print.hpp"
#include "template/testing/memory_world.hpp"

#include <gmock/gmock.h>

namespace kiln::tmpl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A loaded template with everything it points into.
struct Loaded {
    MemoryWorld memory;
    SourceMap sources;
    Diagnostics diagnostics;
    std::shared_ptr<const Template> value;

    std::string mistakes() const { return render(diagnostics); }
};

std::unique_ptr<Loaded> load(std::map<std::string, std::string> files, LoadRequest request) {
    auto loaded = std::make_unique<Loaded>();
    loaded->memory.files = std::move(files);
    loaded->value =
        load_template(request, loaded->memory.environment(), loaded->sources, loaded->diagnostics);
    return loaded;
}

std::unique_ptr<Loaded> load(const std::string& text) {
    return load({{"t/main.pkr.hcl", text}}, {"t/main.pkr.hcl", {}, {}});
}

std::string locals_of(const Loaded& loaded) {
    std::string out;
    for (const Local& local : loaded.value->locals) {
        out += local.name + " = " + hcl::print_compact(local.value) + "\n";
    }
    return out;
}

TEST(LoadTemplate, LocalsMayStandInAnyOrderAndFile) {
    const auto loaded = load(
        {{"t/a.pkr.hcl",
          "locals {\n  c = \"${local.b}!\"\n  a = var.x + 1\n}\n"
          "variable \"x\" { default = 1 }\n"},
         {"t/b.pkr.hcl",
          "local \"b\" {\n  expression = \"${local.a} ${path.root} ${path.cwd} "
          "${packer.version}\"\n  sensitive = true\n}\n"}},
        {"t", {}, {}}
    );
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(locals_of(*loaded), "a = 2\nb = \"2 t /srv 1.16.0\"\nc = \"2 t /srv 1.16.0!\"\n");
    EXPECT_THAT(loaded->value->secrets, ElementsAre("2 t /srv 1.16.0"));
}

TEST(LoadTemplate, ARegistryIsSaidToBeIgnored) {
    const auto loaded = load("hcp_packer_registry { bucket_name = \"nodes\" }\n");
    EXPECT_FALSE(loaded->diagnostics.has_errors());
    EXPECT_THAT(
        loaded->mistakes(),
        HasSubstr("t/main.pkr.hcl:1:1: warning: block \"hcp_packer_registry\" is ignored")
    );
}

TEST(LoadTemplate, ThereIsOneRegistryAtMost) {
    const auto loaded = load(
        "source \"null\" \"x\" {}\n"
        "hcp_packer_registry {}\n"
        "build {\n"
        "  sources = [\"null.x\"]\n"
        "  hcp_packer_registry { bucket = \"nodes\" }\n"
        "}\n"
    );
    EXPECT_THAT(loaded->mistakes(), HasSubstr("t/main.pkr.hcl:5:3: error: block \"hcp_packer"));
    EXPECT_THAT(loaded->mistakes(), HasSubstr("the other one is at t/main.pkr.hcl:2:1"));
    EXPECT_THAT(loaded->mistakes(), HasSubstr("unknown argument \"bucket\" in block"));
}

TEST(LoadTemplate, NamesTheWholeCycleOfLocals) {
    const auto loaded = load(
        "locals {\n"
        "  a = local.b\n"
        "  b = [local.c.x]\n"
        "  c = { x = local.a }\n"
        "  d = local.a\n"
        "  e = local.e\n"
        "  f = 1\n"
        "}\n"
    );
    EXPECT_EQ(
        loaded->mistakes(),
        "t/main.pkr.hcl:2:3: error: locals depend on one another in a circle: local.a -> local.b "
        "-> local.c -> local.a\n"
        "    2 |   a = local.b\n"
        "      |   ^\n"
        "\n"
        "t/main.pkr.hcl:6:3: error: locals depend on one another in a circle: local.e -> local.e\n"
        "    6 |   e = local.e\n"
        "      |   ^"
    );
    EXPECT_EQ(
        locals_of(*loaded),
        "a = <unknown>\nb = <unknown>\nc = <unknown>\nd = <unknown>\ne = <unknown>\nf = 1\n"
    );
}

TEST(LoadTemplate, AMistakeInOneLocalIsToldOnce) {
    const auto loaded = load(
        "locals {\n"
        "  user = local.nme\n"
        "  name = 1\n"
        "  big  = upper(local.user)\n"
        "  bad  = var.nothing\n"
        "}\n"
    );
    EXPECT_EQ(
        loaded->mistakes(),
        "t/main.pkr.hcl:2:10: error: there is no local \"nme\"\n"
        "    2 |   user = local.nme\n"
        "      |          ^^^^^^^^^\n"
        "  hint: did you mean \"name\"?\n"
        "\n"
        "t/main.pkr.hcl:5:13: error: this object has no attribute \"nothing\"\n"
        "    5 |   bad  = var.nothing\n"
        "      |             ^^^^^^^^"
    );
}

TEST(LoadTemplate, ALongChainOfLocalsNeedsNoDeepStack) {
    std::string text = "locals {\n  l0 = 0\n";
    for (int i = 1; i < 20000; ++i) {
        text += "  l" + std::to_string(i) + " = local.l" + std::to_string(i - 1) + " + 1\n";
    }
    const auto loaded = load(text + "}\nlocals { last = local.l19999 }\n");
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(hcl::print_compact(loaded->value->locals.back().value), "19999");
}

TEST(LoadTemplate, UnknownBlocksAndArgumentsGetAHint) {
    EXPECT_EQ(
        load("sources \"file\" \"a\" {}\n"
             "x = 1\n"
             "variable \"a\" \"b\" {}\n"
             "variable \"c\" {\n"
             "  defualt = 1\n"
             "  default = 2\n"
             "  validations {}\n"
             "  type { }\n"
             "}\n"
             "source \"file\" {}\n"
             "build = {}\n")
            ->mistakes(),
        "t/main.pkr.hcl:2:1: error: unknown argument \"x\" in a template\n"
        "    2 | x = 1\n"
        "      | ^\n"
        "\n"
        "t/main.pkr.hcl:11:1: error: \"build\" in a template is a block, not an argument\n"
        "   11 | build = {}\n"
        "      | ^^^^^\n"
        "  hint: write build { ... } without \"=\"\n"
        "\n"
        "t/main.pkr.hcl:1:1: error: unknown block \"sources\" in a template\n"
        "    1 | sources \"file\" \"a\" {}\n"
        "      | ^^^^^^^\n"
        "  hint: did you mean \"source\"?\n"
        "\n"
        "t/main.pkr.hcl:3:14: error: block \"variable\" takes one label, not 2\n"
        "    3 | variable \"a\" \"b\" {}\n"
        "      |              ^^^\n"
        "\n"
        "t/main.pkr.hcl:10:1: error: block \"source\" takes 2 labels, not 1\n"
        "   10 | source \"file\" {}\n"
        "      | ^^^^^^\n"
        "\n"
        "t/main.pkr.hcl:5:3: error: unknown argument \"defualt\" in block \"variable\"\n"
        "    5 |   defualt = 1\n"
        "      |   ^^^^^^^\n"
        "  hint: did you mean \"default\"?\n"
        "\n"
        "t/main.pkr.hcl:7:3: error: unknown block \"validations\" in block \"variable\"\n"
        "    7 |   validations {}\n"
        "      |   ^^^^^^^^^^^\n"
        "  hint: did you mean \"validation\"?\n"
        "\n"
        "t/main.pkr.hcl:8:3: error: \"type\" in block \"variable\" is an argument, not a block\n"
        "    8 |   type { }\n"
        "      |   ^^^^\n"
        "  hint: write type = ..."
    );
}

TEST(LoadTemplate, DuplicatesShowBothPlaces) {
    EXPECT_EQ(
        load("variable \"a\" { default = 1 }\n"
             "variables { a = 2 }\n"
             "locals { b = 1 }\n"
             "local \"b\" { expression = 2 }\n"
             "source \"null\" \"c\" {}\n"
             "source \"null\" \"c\" {}\n")
            ->mistakes(),
        "t/main.pkr.hcl:2:13: error: variable \"a\" is declared twice\n"
        "    2 | variables { a = 2 }\n"
        "      |             ^\n"
        "  hint: the other one is at t/main.pkr.hcl:1:1\n"
        "\n"
        "t/main.pkr.hcl:4:1: error: local \"b\" is declared twice\n"
        "    4 | local \"b\" { expression = 2 }\n"
        "      | ^^^^^^^^^\n"
        "  hint: the other one is at t/main.pkr.hcl:3:10\n"
        "\n"
        "t/main.pkr.hcl:6:1: error: source \"null\" \"c\" is declared twice\n"
        "    6 | source \"null\" \"c\" {}\n"
        "      | ^^^^^^^^^^^^^^^^^\n"
        "  hint: the other one is at t/main.pkr.hcl:5:1"
    );
}

TEST(LoadTemplate, ReadsThePackerBlock) {
    const auto loaded = load(
        "packer {\n"
        "  required_version = \">= 1.7.0\"\n"
        "  required_plugins {\n"
        "    amazon = { version = \">= 1.2.2\", source = \"github.com/hashicorp/amazon\" }\n"
        "  }\n"
        "}\n"
    );
    EXPECT_EQ(loaded->mistakes(), "");
    ASSERT_EQ(loaded->value->required_plugins.size(), 1U);
    EXPECT_EQ(loaded->value->required_plugins[0].source, "github.com/hashicorp/amazon");
    EXPECT_EQ(loaded->value->required_plugins[0].version, ">= 1.2.2");
}

TEST(LoadTemplate, RefusesWhatThePackerBlockAsksForInVain) {
    EXPECT_EQ(
        load("packer {\n"
             "  required_version = \"< 1.10\"\n"
             "  required_plugins {\n"
             "    amazon = \">= 1\"\n"
             "    qemu   = {\n"
             "      version = \"x\"\n"
             "      source  = \"github.com/hashicorp/packer-plugin-qemu\"\n"
             "    }\n"
             "    goss = {\n"
             "      source  = \"a/b\"\n"
             "      verison = \"1\"\n"
             "    }\n"
             "  }\n"
             "}\n")
            ->mistakes(),
        "t/main.pkr.hcl:2:22: error: Unsupported Packer Core version: the template wants \"< "
        "1.10\", kiln reads templates as Packer 1.16.0 does\n"
        "    2 |   required_version = \"< 1.10\"\n"
        "      |                      ^^^^^^^^\n"
        "\n"
        "t/main.pkr.hcl:4:14: error: a required plugin is an object\n"
        "    4 |     amazon = \">= 1\"\n"
        "      |              ^^^^^^\n"
        "  hint: write amazon = { version = \"...\", source = \"host/namespace/name\" }\n"
        "\n"
        "t/main.pkr.hcl:5:14: error: plugin source \"github.com/hashicorp/packer-plugin-qemu\" "
        "names the plugin with \"packer-\" in front\n"
        "    5 |     qemu   = {\n"
        "      |              ^\n"
        "\n"
        "t/main.pkr.hcl:5:14: error: \"x\" is no version constraint for a plugin\n"
        "    5 |     qemu   = {\n"
        "      |              ^\n"
        "\n"
        "t/main.pkr.hcl:9:12: error: a required plugin has no \"verison\"\n"
        "    9 |     goss = {\n"
        "      |            ^\n"
        "  hint: did you mean \"version\"?\n"
        "\n"
        "t/main.pkr.hcl:9:12: error: a required plugin needs \"version\"\n"
        "    9 |     goss = {\n"
        "      |            ^"
    );
}

TEST(LoadTemplate, ReadsBuildsWithTheirMetaArguments) {
    const auto loaded = load(
        "build {\n"
        "  name        = \"k8s-${var.v}\"\n"
        "  description = \"d\"\n"
        "  sources     = [\"source.null.a\", \"null.b\"]\n"
        "  source \"null.a\" {\n"
        "    name     = \"alias\"\n"
        "    ssh_host = \"x\"\n"
        "  }\n"
        "  provisioner \"shell\" {\n"
        "    name              = build.name\n"
        "    only              = [\"null.alias\"]\n"
        "    pause_before      = \"1m\"\n"
        "    timeout           = \"5s\"\n"
        "    max_retries       = \"3\"\n"
        "    continue_on_error = true\n"
        "    override          = { b = { inline = [\"b\"] } }\n"
        "    inline            = [\"true\"]\n"
        "  }\n"
        "  error-cleanup-provisioner \"shell-local\" { inline = [\"x\"] }\n"
        "  post-processor \"manifest\" { keep_input_artifact = false }\n"
        "  post-processors {\n"
        "    post-processor \"checksum\" {}\n"
        "    post-processor \"manifest\" { except = [\"null.b\"] }\n"
        "  }\n"
        "}\n"
        "variable \"v\" { default = 1 }\n"
        "source \"null\" \"a\" {}\n"
        "source \"null\" \"b\" {}\n"
    );
    ASSERT_EQ(loaded->mistakes(), "");
    ASSERT_EQ(loaded->value->builds.size(), 1U);
    const BuildBlock& build = loaded->value->builds[0];
    EXPECT_EQ(build.description, "d");
    std::vector<std::string> names;
    for (const SourceUse& use : build.sources) {
        names.push_back(full_build_name(build, use));
    }
    EXPECT_THAT(names, ElementsAre("k8s-1.null.a", "k8s-1.null.b", "k8s-1.null.alias"));
    ASSERT_TRUE(build.sources[2].additions);
    EXPECT_EQ(build.sources[2].additions->attributes.size(), 1U);

    ASSERT_EQ(build.provisioners.size(), 1U);
    const ProvisionerBlock& step = build.provisioners[0];
    EXPECT_EQ(step.arguments.name, "k8s-1");
    EXPECT_TRUE(step.arguments.runs_for("null.alias"));
    EXPECT_FALSE(step.arguments.runs_for("null.a"));
    EXPECT_EQ(step.pause_before, std::chrono::minutes(1));
    EXPECT_EQ(step.timeout, std::chrono::seconds(5));
    EXPECT_EQ(step.max_retries, 3);
    EXPECT_TRUE(step.continue_on_error);
    EXPECT_EQ(hcl::print_compact(step.overrides.at("b")), "{ inline = [\"b\"] }");
    EXPECT_EQ(step.body.attributes.size(), 1U);

    EXPECT_EQ(build.error_cleanup_provisioner->type, "shell-local");
    ASSERT_EQ(build.post_processors.size(), 2U);
    EXPECT_EQ(build.post_processors[0][0].keep_input_artifact, std::optional(false));
    EXPECT_EQ(build.post_processors[1][1].type, "manifest");
    EXPECT_FALSE(build.post_processors[1][1].arguments.runs_for("null.b"));
}

TEST(LoadTemplate, MistakesInBuilds) {
    EXPECT_EQ(
        load("source \"null\" \"base\" { communicator = \"none\" }\n"
             "build {\n"
             "  sources = [\"null.bas\", \"x\"]\n"
             "  source \"null.base\" { communicator = \"ssh\" }\n"
             "  provisioner \"shell\" {\n"
             "    only   = [\"a\"]\n"
             "    except = [\"b\"]\n"
             "    timeout = \"5\"\n"
             "    override = { base = 1 }\n"
             "  }\n"
             "}\n"
             "build {}\n")
            ->mistakes(),
        "t/main.pkr.hcl:3:14: error: there is no source \"null.bas\"\n"
        "    3 |   sources = [\"null.bas\", \"x\"]\n"
        "      |              ^^^^^^^^^^\n"
        "  hint: did you mean \"null.base\"?\n"
        "\n"
        "t/main.pkr.hcl:3:26: error: \"x\" is no reference to a source\n"
        "    3 |   sources = [\"null.bas\", \"x\"]\n"
        "      |                          ^^^\n"
        "  hint: write \"source.TYPE.NAME\"\n"
        "\n"
        "t/main.pkr.hcl:4:24: error: argument \"communicator\" is set in source \"null.base\" "
        "already\n"
        "    4 |   source \"null.base\" { communicator = \"ssh\" }\n"
        "      |                        ^^^^^^^^^^^^\n"
        "  hint: the other one is at t/main.pkr.hcl:1:24\n"
        "\n"
        "t/main.pkr.hcl:7:5: error: \"only\" and \"except\" exclude each other\n"
        "    7 |     except = [\"b\"]\n"
        "      |     ^^^^^^\n"
        "\n"
        "t/main.pkr.hcl:8:15: error: \"5\" is no duration\n"
        "    8 |     timeout = \"5\"\n"
        "      |               ^^^\n"
        "  hint: write a number with a unit, such as \"30s\" or \"1h5m\"\n"
        "\n"
        "t/main.pkr.hcl:9:16: error: \"override\" for source \"base\" must be an object of "
        "options\n"
        "    9 |     override = { base = 1 }\n"
        "      |                ^^^^^^^^^^^^\n"
        "\n"
        "t/main.pkr.hcl:12:1: error: a build needs at least one source\n"
        "   12 | build {}\n"
        "      | ^^^^^\n"
        "  hint: write sources = [\"source.TYPE.NAME\"]"
    );
}

TEST(LoadTemplate, DynamicBlocksWorkAtTheTopAndBelow) {
    const auto loaded = load(
        "variable \"names\" { default = [\"x\", \"y\"] }\n"
        "dynamic \"source\" {\n"
        "  for_each = var.names\n"
        "  labels   = [\"null\", source.value]\n"
        "  content { communicator = \"none\" }\n"
        "}\n"
        "build {\n"
        "  sources = [for n in var.names : \"null.${n}\"]\n"
        "  dynamic \"provisioner\" {\n"
        "    for_each = var.names\n"
        "    labels   = [\"shell-local\"]\n"
        "    content {\n"
        "      name   = provisioner.value\n"
        "      inline = [\"echo ${provisioner.value}\"]\n"
        "    }\n"
        "  }\n"
        "}\n"
    );
    ASSERT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(loaded->value->sources.size(), 2U);
    ASSERT_EQ(loaded->value->builds.size(), 1U);
    ASSERT_EQ(loaded->value->builds[0].provisioners.size(), 2U);
    EXPECT_EQ(loaded->value->builds[0].provisioners[1].arguments.name, "y");
}

TEST(LoadTemplate, SyntaxMistakesOfAllFilesComeTogetherAndAlone) {
    const auto loaded = load(
        {{"t/a.pkr.hcl", "locals {\n  a = \n}\nunknown {}\n"}, {"t/b.pkr.hcl", "build { = }\n"}},
        {"t", {}, {}}
    );
    EXPECT_EQ(loaded->diagnostics.error_count(), 2U) << loaded->mistakes();
    EXPECT_FALSE(loaded->value->understood);
}

TEST(LoadTemplate, LooksIntoNoSourceThatNoBuildUses) {
    const std::string unused =
        "source \"null\" \"b\" {\n"
        "  dynamic \"tag\" {\n    for_each = var.missing\n    content {}\n  }\n}\n"
        "source \"null\" \"a\" {}\n";
    EXPECT_EQ(
        load(
            {{"t.pkr.hcl", unused + "build { sources = [\"null.a\"] }\n"}}, {"t.pkr.hcl", {}, {}}
        )->mistakes(),
        ""
    );
    EXPECT_THAT(
        load(
            {{"t.pkr.hcl", unused + "build { sources = [\"null.b\"] }\n"}}, {"t.pkr.hcl", {}, {}}
        )->mistakes(),
        HasSubstr("t.pkr.hcl:3:19: error: this object has no attribute \"missing\"")
    );
}

TEST(LoadTemplate, SyntaxOnlyJudgesDeclarationsAndNotWhatUsesThem) {
    LoadRequest request{"t.pkr.hcl", {}, {}};
    request.syntax_only = true;
    const auto loaded = load(
        {{"t.pkr.hcl",
          "variable \"unset\" {}\n"
          "variable \"a\" {}\n"
          "variable \"a\" {}\n"
          "unknown {}\n"
          "build { sources = [\"null.missing\"] }\n"}},
        request
    );
    ASSERT_EQ(loaded->diagnostics.list().size(), 2U);
    EXPECT_THAT(loaded->mistakes(), HasSubstr("t.pkr.hcl:3:1: error: variable \"a\" is declared"));
    EXPECT_THAT(loaded->mistakes(), HasSubstr("t.pkr.hcl:4:1: error: unknown block \"unknown\""));
    EXPECT_FALSE(loaded->value->declared);
}

TEST(LoadTemplate, AnUnsetVariableLeavesItDeclared) {
    const auto loaded = load("variable \"a\" {}\n");
    EXPECT_NE(loaded->mistakes(), "");
    EXPECT_TRUE(loaded->value->declared);
}

TEST(LoadTemplate, TellsLocalsThatFailed) {
    const auto loaded =
        load("locals {\n  bad = upper([])\n  user = \"${local.bad}x\"\n  good = 1\n}\n");
    std::vector<std::string> failed;
    for (const Local& local : loaded->value->locals) {
        if (local.failed) {
            failed.push_back(local.name);
        }
    }
    EXPECT_EQ(failed, (std::vector<std::string>{"bad", "user"}));
}

TEST(LoadTemplate, LooksAtTwoPartsOfALongReferenceToASource) {
    const auto loaded = load(
        "source \"null\" \"a\" {}\n"
        "build { sources = [\"sources.null.a\", \"source.null.a.b\", \"null.a\"] }\n"
    );
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(loaded->value->builds.at(0).sources.size(), 3U);
}

TEST(LoadTemplate, TakesAnEmptyDurationForNone) {
    const auto loaded = load(
        "source \"null\" \"a\" {}\n"
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  provisioner \"shell\" {\n"
        "    pause_before = \"\"\n"
        "    timeout      = \"\"\n"
        "  }\n"
        "}\n"
    );
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(loaded->value->builds.at(0).provisioners.at(0).timeout.count(), 0);
}

TEST(LoadTemplate, ReadsTheJsonForm) {
    const auto loaded = load(
        {{"t.pkr.json", R"({
  "//": "a comment",
  "variable": {"n": {"default": "x"}},
  "locals": {"l": "${var.n}y"},
  "source": {"null": {"a": {"communicator": "none"}}},
  "build": {
    "sources": ["null.a"],
    "provisioner": [{"shell-local": {"inline": ["echo ${local.l}"], "pause_before": "3s"}}]
  }
})"}},
        {"t.pkr.json", {}, {}}
    );
    ASSERT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(locals_of(*loaded), "l = \"xy\"\n");
    ASSERT_EQ(loaded->value->builds.size(), 1U);
    EXPECT_EQ(loaded->value->builds[0].sources.size(), 1U);
    ASSERT_EQ(loaded->value->builds[0].provisioners.size(), 1U);
    EXPECT_EQ(loaded->value->builds[0].provisioners[0].pause_before, std::chrono::seconds(3));
}

}  // namespace
}  // namespace kiln::tmpl
