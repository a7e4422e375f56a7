#include "template/text_template.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::tmpl {
namespace {

TextContext context() {
    TextContext context;
    // 2026-07-24 10:11:12 UTC, a Friday.
    context.start = std::chrono::system_clock::time_point(std::chrono::seconds(1784887872));
    context.make_uuid = [] { return std::string("0198-uuid"); };
    context.working_directory = "/srv";
    context.build_name = "base";
    context.build_type = "rootfs";
    context.data = {
        {"Vars", "A='1' "},
        {"Path", "/tmp/x.sh"},
        {"Empty", ""},
        {"Count", 3},
        {"Tags", TextMap{{"Name", "node"}, {"Os", "debian"}}},
        {"List", TextList{"a", "b", "c"}}};
    return context;
}

std::string failure_of(std::string_view text, const TextContext& with = context()) {
    try {
        return "rendered: " + render(text, with);
    } catch (const Error& error) {
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
}

struct RenderCase {
    const char* text;
    const char* want;
};

void expect_renders(const std::vector<RenderCase>& cases) {
    for (const RenderCase& c : cases) {
        SCOPED_TRACE(c.text);
        try {
            EXPECT_EQ(render(c.text, context()), c.want);
        } catch (const Error& error) {
            ADD_FAILURE() << error.message();
        }
    }
}

TEST(TextTemplate, FieldsAndText) {
    expect_renders({
        {"plain {text}", "plain {text}"},
        {"", ""},
        {"chmod +x {{.Path}}; {{ .Vars }} {{ .Path }}", "chmod +x /tmp/x.sh; A='1'  /tmp/x.sh"},
        {"{{.Tags.Name}}/{{ .Tags.Os }}", "node/debian"},
        {"{{.Missing}} {{.Tags.No}}", "<no value> <no value>"},
        {"{{.List}} {{.Tags}}", "[a b c] map[Name:node Os:debian]"},
        {"{{ \"{{\" }}.Id}}", "{{.Id}}"},
        {"}} alone", "}} alone"},
        {"{{`raw \\n`}}{{\"\\t|\\x41\\u00e4\\101\"}}",
         "raw \\n\t|A\xC3\xA4"
         "A"},
        {"{{'a'}} {{0x10}} {{1.50}} {{-3}} {{1e3}}", "97 16 1.5 -3 1000"},
    });
}

TEST(TextTemplate, TrimMarkersAndComments) {
    expect_renders({
        {"a  {{- 1 -}}  b", "a1b"},
        {"a \n {{- /* gone */ -}} \n b", "ab"},
        {"a {{/* gone */}} b", "a  b"},
        {"{{-3}}", "-3"},
        {"x{{ 1 -}}\n\n", "x1"},
    });
}

TEST(TextTemplate, Branches) {
    expect_renders({
        {"{{if .Empty}}a{{else}}b{{end}}", "b"},
        {"{{if \"false\"}}a{{end}}", "a"},
        {"{{if .Missing}}a{{else if .Count}}b{{else}}c{{end}}", "b"},
        {"{{if not .Empty}}x{{end}}", "x"},
        {"{{with .Tags}}{{.Name}}{{end}}{{with .Empty}}{{else}}none{{end}}", "nodenone"},
        {"{{range .List}}<{{.}}>{{end}}", "<a><b><c>"},
        {"{{range $i, $v := .List}}{{$i}}{{$v}} {{end}}", "0a 1b 2c "},
        {"{{range $k, $v := .Tags}}{{$k}}={{$v}};{{end}}", "Name=node;Os=debian;"},
        {"{{range .Missing}}a{{else}}empty{{end}}", "empty"},
        {"{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a"},
        {"{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac"},
    });
}

TEST(TextTemplate, VariablesAndPipelines) {
    expect_renders({
        {"{{$x := \"a\"}}{{$x}}{{$x = \"b\"}}{{$x}}", "ab"},
        {"{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"},
        {"{{range .List}}{{$.Count}}{{end}}", "333"},
        {"{{ .Path | printf \"%q\" }}", "\"/tmp/x.sh\""},
        {"{{ \"v1.2.3\" | replace \"v\" \"\" 1 | upper }}", "1.2.3"},
        {"{{ (index .List 1) | upper }}", "B"},
        {"{{ (printf \"%s-%d\" .Tags.Name 7) }}", "node-7"},
    });
}

TEST(TextTemplate, GoFunctions) {
    expect_renders({
        {"{{eq 1 1}} {{eq \"a\" \"b\" \"a\"}} {{ne 1 2}} {{lt 1 2}} {{ge \"b\" \"a\"}}",
         "true true true true true"},
        {"{{and 1 \"\" .Missing}}|{{or \"\" \"x\" 1}}|{{not true}}", "|x|false"},
        {"{{len .List}} {{len \"abc\"}} {{index .Tags \"Name\"}} {{slice \"abcdef\" 1 3}}",
         "3 3 node bc"},
        {"{{print 1 2 \"a\" 3}} {{println 1 \"a\"}}", "1 2a3 1 a\n"},
        {"{{printf \"%05d|%-4s|%4s|%x|%v|%t|%.2f|%%\" 42 \"a\" \"b\" 255 \"c\" true 1.5}}",
         "00042|a   |   b|ff|c|true|1.50|%"},
        {"{{printf \"%d\" \"a\"}} {{printf \"%s\"}} {{printf \"x\" 1}}",
         "%!d(string=a) %!s(MISSING) x%!(EXTRA int=1)"},
        {"{{html \"<a&b>\"}} {{urlquery \"a b/c\"}} {{js \"it's\"}}",
         "&lt;a&amp;b&gt; a+b%2Fc it\\'s"},
    });
}

TEST(TextTemplate, EngineFunctions) {
    expect_renders({
        {"{{timestamp}}", "1784887872"},
        {"{{isotime}} {{isotime \"20060102\"}} {{isotime `Jan 2, 3PM`}}",
         "2026-07-24T10:11:12Z 20260724 Jul 24, 10AM"},
        {"{{strftime \"%Y-%m-%d\"}}", "2026-07-24"},
        {"{{uuid}} {{pwd}} {{packer_version}}", "0198-uuid /srv 1.16.0"},
        {"{{build_name}} {{build_type}}", "base rootfs"},
        {"{{lower \"ABC\"}} {{upper \"abc\"}}", "abc ABC"},
        {"{{split \"a-b-c\" \"-\" 1}} {{replace_all \"-\" \"_\" \"a-b-c\"}} {{replace \"-\" \"\" "
         "-1 "
         "\"a-b\"}}",
         "b a_b_c ab"},
    });
}

TEST(TextTemplate, MistakesNameTheirPlace) {
    const RenderCase kCases[] = {
        {"a\nb {{foo}}", "line 2, column 5: function \"foo\" not defined"},
        {"{{timestmp}}",
         "line 1, column 3: function \"timestmp\" not defined | did you mean \"timestamp\"?"},
        {"{{.Path", "line 1, column 1: \"{{\" without \"}}\""},
        {"{{\"a}}", "line 1, column 3: string without a closing \""},
        {"{{if .Path}}a", "line 1, column 3: {{if}} without {{end}}"},
        {"{{end}}", "line 1, column 3: unexpected {{end}}"},
        {"{{}}", "line 1, column 3: missing value"},
        {"{{$x}}", "line 1, column 3: undefined variable \"$x\""},
        {"{{.Path.x}}", "line 1, column 3: no field \"x\" in a value of type string"},
        {"{{upper 1}}", "line 1, column 3: calling upper: argument 1 must be a string, not int"},
        {"{{split \"a\" \"-\" 2}}",
         "line 1, column 3: calling split: part 2 of \"a\" does not exist, it has 1"},
        {"{{upper}}", "line 1, column 3: calling upper: wrong number of arguments: want 1, got 0"},
        {"{{eq 1 \"1\"}}",
         "line 1, column 3: calling eq: incompatible types for comparison: int and string"},
        {"{{user `x`}}",
         "line 1, column 3: calling user: not available in an HCL2 template; use ${var.x} there"},
        {"{{clean_resource_name `x`}}",
         "line 1, column 3: calling clean_resource_name: this builder has no rule for resource "
         "names"},
        {"{{template \"x\"}}", "line 1, column 3: {{template}} is not supported here"},
        {"{{.Path 1}}", "line 1, column 3: only a function takes arguments"},
        {"{{1 | .Path}}", "line 1, column 7: only a function may stand behind \"|\""},
        {"{{break}}", "line 1, column 3: {{break}} outside of {{range}}"},
        {"{{/* x }}", "line 1, column 3: comment without \"*/\""},
        {"{{a ? b}}", "line 1, column 5: unexpected \"?\" in an action"},
    };
    for (const RenderCase& c : kCases) {
        EXPECT_EQ(failure_of(c.text), c.want) << c.text;
    }
}

TEST(TextTemplate, StrictFieldsAreAnError) {
    TextContext strict = context();
    strict.strict_fields = true;
    EXPECT_EQ(
        failure_of("{{.Pat}}", strict),
        "line 1, column 3: there is no field \".Pat\" | did you mean \"Path\"?"
    );
    EXPECT_EQ(failure_of("{{.Path}}", strict), "rendered: /tmp/x.sh");
}

TEST(TextTemplate, DeepNestingIsAnErrorAndNoCrash) {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "{{if 1}}";
    }
    EXPECT_EQ(failure_of(text), "line 1, column 803: actions are nested too deeply");
    EXPECT_EQ(
        failure_of("{{" + std::string(5000, '(') + "1" + std::string(5000, ')') + "}}"),
        "line 1, column 103: parentheses are nested too deeply"
    );
}

std::string repeated(const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

TEST(TextTemplate, AShortTextThatMultipliesIsAnErrorAndNoWait) {
    TextContext lists = context();
    lists.data["List"] = TextList{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct Case {
        std::string text;
        const char* want;
    };
    const Case kCases[] = {
        {"{{$x := `ab`}}" + repeated("{{$x = printf `%s%s` $x $x}}", 40),
         "line 1, column 638: more than 64 MiB of text is made here"},
        {"{{$x := printf `%9999s` ``}}" + repeated("{{$x = replace_all ` ` $x $x}}", 2),
         "line 1, column 36: calling replace_all: the result is larger than 64 MiB"},
        {repeated("{{range $.List}}", 9) + repeated("{{end}}", 9),
         "line 1, column 137: this takes more than 100000 actions"},
    };
    for (const Case& c : kCases) {
        EXPECT_EQ(failure_of(c.text, lists), c.want) << c.text;
    }
}

TEST(TextTemplate, RendersUntilStable) {
    EXPECT_EQ(render_until_stable("{{ \"{{\" }}.Path}}", context()), "/tmp/x.sh");
    TextContext growing = context();
    growing.data["Self"] = "{{.Self}}x";
    EXPECT_THROW(render_until_stable("{{.Self}}", growing), Error);
}

}  // namespace
}  // namespace kiln::tmpl
