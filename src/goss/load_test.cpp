#include "goss/load.hpp"

#include <gtest/gtest.h>
#include <set>

namespace kiln::goss {
namespace {

struct LocalTree {
    std::map<std::string, std::string> files;

    LocalFiles door() const {
        return {
            [this](const std::string& path) -> std::optional<std::string> {
                const auto found = files.find(path);
                return found == files.end() ? std::nullopt : std::optional(found->second);
            },
            [this](const std::string& folder) {
                std::set<std::string> names;
                for (const auto& [path, text] : files) {
                    if (path.starts_with(folder + "/")) {
                        const std::string rest = path.substr(folder.size() + 1);
                        names.insert(rest.substr(0, rest.find('/')));
                    }
                }
                return std::vector<std::string>(names.begin(), names.end());
            }};
    }
};

/// "kind key, kind key" of what was loaded; else what was said.
std::string loaded(const LocalTree& tree, const Sources& what, const MachineView& machine = {}) {
    SourceMap sources;
    Diagnostics diagnostics;
    const LocalFiles door = tree.door();
    const Loaded result = load_spec(what, door, machine, sources, diagnostics);
    if (diagnostics.has_errors()) {
        return render(diagnostics);
    }
    if (!result.spec) {
        std::string needs = result.needs_environment ? "environment" : "";
        for (const std::string& path : result.needs_files) {
            needs += " " + path;
        }
        return "needs " + needs;
    }
    std::string out;
    for (const Resource& resource : result.spec->resources) {
        out += std::string(out.empty() ? "" : ", ") + std::string(key_of(resource.kind)) + " " +
               resource.id();
    }
    return out;
}

Sources tests_of(std::vector<std::string> tests, std::optional<std::string> file = {}) {
    Sources sources;
    sources.tests = std::move(tests);
    sources.goss_file = std::move(file);
    return sources;
}

TEST(LoadSpec, FollowsIncludesAndPatterns) {
    const LocalTree tree{
        .files = {
            {"t/goss.yaml",
             "gossfile:\n  'parts/*.yaml': {}\n  no.yaml: {skip: true}\n"
             "user:\n  root: {exists: true}\n"},
            {"t/parts/a.yaml", "file:\n  /a: {exists: true, path: /b}\n"},
            {"t/parts/b.yaml", "gossfile: {../c.json: {}}\n"},
            {"t/c.json", R"({"group": {"wheel": {"exists": false}}})"}}};
    EXPECT_EQ(loaded(tree, tests_of({"t/"}, "t/goss.yaml")), "user root, file /a: /b, group wheel");
}

TEST(LoadSpec, TakesAThousandResourcesInOneLine) {
    std::string users;
    for (int i = 0; i < 1000; ++i) {
        users += (i == 0 ? "" : ", ") + ("\"u" + std::to_string(i)) + R"(": {"exists": true})";
    }
    const LocalTree tree{.files = {{"goss.yaml", R"({"user": {)" + users + "}}"}}};
    const std::string got = loaded(tree, tests_of({"goss.yaml"}));
    EXPECT_TRUE(got.ends_with("user u998, user u999")) << got;
}

TEST(LoadSpec, RefusesWhatIsNestedForEver) {
    for (const std::string& deep : {std::string(500, '['), [] {
                                        std::string dashes;
                                        for (int i = 0; i < 500; ++i) {
                                            dashes += "- ";
                                        }
                                        return dashes;
                                    }()}) {
        const LocalTree tree{.files = {{"goss.yaml", "user:\n " + deep}}};
        const std::string got = loaded(tree, tests_of({"goss.yaml"}));
        EXPECT_NE(got.find("nested more than 100 deep"), std::string::npos) << got;
    }
}

TEST(LoadSpec, RendersWithVariablesAndFunctions) {
    LocalTree tree{
        .files = {
            {"goss.yaml",
             "file:\n{{- range $i, $n := mkSlice \"a\" \"b\" }}\n  /{{ $n | upper }}{{ add $i 1 "
             "}}: "
             "{exists: true}\n{{- end }}\n  /{{ .Vars.name | default \"x\" | quote | trimAll "
             "\"\\\"\" }}: "
             "{exists: {{ .Vars.there }}}\n{{ if regexMatch \"^1\" (toString .Vars.version) }}"
             "user:\n  {{ index .Vars.list 1 }}: {exists: true}\n{{ end }}"},
            {"v.yaml", "name: n\nthere: false\nversion: 1.5\nlist: [p, q]\n"}}};
    Sources what = tests_of({"goss.yaml"});
    what.vars_file = "v.yaml";
    what.vars_inline = {{"there", "true"}};
    EXPECT_EQ(loaded(tree, what), "file /A1, file /B2, file /n, user q");
}

TEST(LoadSpec, SaysWhatItNeedsOfTheMachine) {
    const LocalTree tree{
        .files = {
            {"goss.yaml",
             "user:\n  {{ .Env.WHO }}: {exists: true}\n  "
             "{{ readFile \"/etc/who\" }}: {exists: true}\n"}}};
    EXPECT_EQ(loaded(tree, tests_of({"goss.yaml"})), "needs environment");
    MachineView machine;
    machine.environment = std::map<std::string, std::string>{{"WHO", "me"}};
    EXPECT_EQ(loaded(tree, tests_of({"goss.yaml"}), machine), "needs  /etc/who");
    machine.files["/etc/who"] = "you\n";
    EXPECT_EQ(loaded(tree, tests_of({"goss.yaml"}), machine), "user me, user you");
}

TEST(LoadSpec, TellsMistakesWithTheirPlace) {
    const LocalTree tree{
        .files = {
            {"goss.yaml",
             "file:\n  /a:\n    exist: true\n  /b: {exists: true, mod: '1'}\nuser:\n  root: "
             "{exists: "
             "true, uid: many}\n"}}};
    EXPECT_EQ(
        loaded(tree, tests_of({"goss.yaml"})),
        "goss.yaml:3:5: error: a file has no attribute \"exist\"\n"
        "    3 |     exist: true\n"
        "      |     ^^^^^\n"
        "  hint: did you mean \"exists\"?\n"
        "\n"
        "goss.yaml:2:3: error: file \"/a\" does not say \"exists\"\n"
        "    2 |   /a:\n"
        "      |   ^^\n"
        "  hint: add exists: and what is expected\n"
        "\n"
        "goss.yaml:4:22: error: a file has no attribute \"mod\"\n"
        "    4 |   /b: {exists: true, mod: '1'}\n"
        "      |                      ^^^\n"
        "  hint: did you mean \"mode\"?\n"
        "\n"
        "goss.yaml:6:29: error: \"many\" is no whole number\n"
        "    6 |   root: {exists: true, uid: many}\n"
        "      |                             ^^^^"
    );
}

TEST(LoadSpec, TellsMistakesOfTemplates) {
    const LocalTree tree{
        .files = {
            {"goss.yaml", "file:\n  {{ .Vars.nam | uper }}: {}\n"},
            {"v.yaml", "name: x"},
            {"b.yaml", "file: [\n"},
            {"c.yaml", "a: {{ .Vars.nam }}\n"}}};
    EXPECT_EQ(
        loaded(tree, tests_of({"goss.yaml"})),
        "goss.yaml:2:18: error: function \"uper\" not defined\n"
        "    2 |   {{ .Vars.nam | uper }}: {}\n"
        "      |                  ^\n"
        "  hint: did you mean \"upper\"?"
    );
    Sources with_vars = tests_of({"c.yaml"}, "c.yaml");
    with_vars.vars_file = "v.yaml";
    EXPECT_EQ(
        loaded(tree, with_vars),
        "c.yaml:1:7: error: there is no field \".nam\"\n"
        "    1 | a: {{ .Vars.nam }}\n"
        "      |       ^\n"
        "  hint: did you mean \"name\"?"
    );
    EXPECT_EQ(
        loaded(tree, tests_of({"b.yaml"}, "b.yaml")).substr(0, 31),
        "b.yaml:2:1: error: not YAML: en"
    );
}

TEST(LoadSpec, EndsWhenFilesIncludeEachOther) {
    const LocalTree tree{
        .files = {
            {"goss.yaml", "gossfile: {'*.yaml': {}}\n"}, {"b.yaml", "gossfile: {goss.yaml: {}}"}}};
    Sources what = tests_of({"goss.yaml"});
    const std::string said = loaded(tree, what);
    EXPECT_NE(said.find("error"), std::string::npos) << said;
}

TEST(LoadSpec, NamesTheFileThatIsMeant) {
    const LocalTree tree{.files = {{"t/goss.yaml", "file: {}"}}};
    EXPECT_EQ(
        loaded(tree, tests_of({"t"})),
        "error: none of the tests brings the file \"goss.yaml\"\n"
        "  hint: set goss_file = \"t/goss.yaml\""
    );
}

}  // namespace
}  // namespace kiln::goss
