#include "plan/decode_options.hpp"

#include "hcl/parser.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

struct Disk {
    std::string name;
    ByteSize size;
    bool operator==(const Disk&) const = default;

    static const OptionTable& options() {
        static const OptionTable table = OptionTable::of<Disk>({
            option<&Disk::name>("name", {.help = "name", .required = true}),
            option<&Disk::size>("size", {.help = "size"}),
        });
        return table;
    }
};

struct Sample {
    std::string text = "default";
    bool truth = false;
    std::optional<bool> tri_state;
    std::int64_t number = 7;
    std::optional<std::int64_t> maybe_number;
    std::chrono::nanoseconds duration = std::chrono::minutes(5);
    ByteSize size;
    std::vector<std::string> texts;
    std::vector<std::int64_t> numbers = {0};
    std::vector<std::vector<std::string>> rows;
    std::map<std::string, std::string> map;
    std::vector<Disk> disks;
    std::optional<Disk> root;
    std::string late;
    std::string verbatim;
    std::optional<std::string> password;
    bool operator==(const Sample&) const = default;

    static const OptionTable& options() {
        using O = Sample;
        static const OptionTable table = OptionTable::of<O>({
            option<&O::text>("text", {.help = "", .allowed = {"default", "other"}}),
            option<&O::truth>("truth", {}),
            option<&O::tri_state>("tri_state", {}),
            option<&O::number>("number", {}),
            option<&O::maybe_number>("maybe_number", {}),
            option<&O::duration>("duration", {}),
            option<&O::size>("size", {}),
            option<&O::texts>("texts", {}),
            option<&O::numbers>("numbers", {}),
            option<&O::rows>("rows", {}),
            option<&O::map>("map", {}),
            option<&O::disks>("disk", {}),
            option<&O::root>("root", {}),
            option<&O::late>("late", {.render = Render::at_run}),
            option<&O::verbatim>("verbatim", {.render = Render::never}),
            option<&O::password>("password", {.secret = true}),
            at_most_one({"texts", "map"}),
        });
        return table;
    }
};

struct Result {
    SourceMap sources;
    Diagnostics diagnostics;
    DecodedOptions options;

    const Sample& value() const { return options.as<Sample>(); }
    std::string mistakes() const { return render(diagnostics); }
};

std::unique_ptr<Result> decode(const std::string& text, hcl::Value overrides = {}) {
    auto result = std::make_unique<Result>();
    const SourceFile& file = result->sources.add("t.hcl", text);
    OptionInput input;
    input.owner = "sample \"x\"";
    input.bodies.push_back(hcl::parse_config(file, result->diagnostics));
    input.overrides = std::move(overrides);
    hcl::Scope scope;
    scope.set(
        "var",
        hcl::Value::object(
            {{"null", hcl::Value()},
             {"unknown", hcl::Value::unknown()},
             {"list", hcl::Value::strings({"a", "b"})}}
        )
    );
    tmpl::TextContext context;
    context.build_name = "base";
    result->options = decode_options(Sample::options(), input, scope, context, result->diagnostics);
    return result;
}

TEST(DecodeOptions, FillsMembersOfEveryType) {
    const auto result = decode(R"(
text         = "other"
truth        = "true"
tri_state    = false
number       = "8"
maybe_number = 9
duration     = "1h5m"
size         = "1.5G"
texts        = var.list
numbers      = [1, "2"]
rows         = [["-m", "1"], ["-x"]]
disk {
  name = "one"
  size = 512
}
disk { name = "two" }
root { name = "r" }
)");
    ASSERT_EQ(result->mistakes(), "");
    Sample want;
    want.text = "other";
    want.truth = true;
    want.tri_state = false;
    want.number = 8;
    want.maybe_number = 9;
    want.duration = std::chrono::minutes(65);
    want.size = {1536 * 1024 * 1024};
    want.texts = {"a", "b"};
    want.numbers = {1, 2};
    want.rows = {{"-m", "1"}, {"-x"}};
    want.disks = {{"one", {512 * 1024 * 1024}}, {"two", {}}};
    want.root = Disk{"r", {}};
    EXPECT_EQ(result->value(), want);
    EXPECT_EQ(to_string(result->options.range_of("texts")), "t.hcl:9:16");
    EXPECT_EQ(to_string(result->options.range_of("disk[1].name")), "t.hcl:16:15");
    EXPECT_FALSE(result->options.is_set("map"));
}

TEST(DecodeOptions, NullIsAsGoodAsNothing) {
    const auto result = decode("text = var.null\nnumber = null\ntri_state = var.null\n");
    EXPECT_EQ(result->mistakes(), "");
    EXPECT_EQ(result->value(), Sample{});
    EXPECT_FALSE(result->options.is_set("number"));
}

TEST(DecodeOptions, UnknownsBecomePlaceholders) {
    const auto result = decode(
        "late = var.unknown\nnumber = var.unknown\ntexts = [var.unknown]\nduration = var.unknown\n"
    );
    EXPECT_EQ(result->mistakes(), "");
    Sample want;
    want.late = "<unknown>";
    want.number = 0;
    want.texts = {"<unknown>"};
    want.duration = std::chrono::nanoseconds(0);
    EXPECT_EQ(result->value(), want);
}

TEST(DecodeOptions, RendersTextTemplatesThatAreDue) {
    const auto result = decode(R"(
text     = "{{ if true }}other{{ end }}"
map      = { "k-{{build_name}}" = "{{build_name}}!" }
rows     = [["{{build_name}}"]]
late     = "{{ .Vars }}"
verbatim = "{{ nonsense }}"
root { name = "{{build_name}}" }
)");
    ASSERT_EQ(result->mistakes(), "");
    Sample want;
    want.text = "other";
    want.map = {{"k-base", "base!"}};
    want.rows = {{"base"}};
    want.late = "{{ .Vars }}";
    want.verbatim = "{{ nonsense }}";
    want.root = Disk{"base", {}};
    EXPECT_EQ(result->value(), want);
}

TEST(DecodeOptions, OverridesWin) {
    const auto result = decode(
        "number = 1\ntexts = [\"a\"]\n",
        hcl::Value::object(
            {{"number", hcl::Value::number(2)},
             {"root", hcl::Value::object({{"name", hcl::Value::string("r")}})}}
        )
    );
    ASSERT_EQ(result->mistakes(), "");
    Sample want;
    want.number = 2;
    want.texts = {"a"};
    want.root = Disk{"r", {}};
    EXPECT_EQ(result->value(), want);
}

struct MistakeCase {
    const char* text;
    const char* want;
};

TEST(DecodeOptions, TellsMistakesWithTheirPlace) {
    constexpr MistakeCase kCases[] = {
        {"numbr = 1\n",
         "t.hcl:1:1: error: sample \"x\" has no option \"numbr\"\n"
         "    1 | numbr = 1\n"
         "      | ^^^^^\n"
         "  hint: did you mean \"number\"?"},
        {"nothing {}\n",
         "t.hcl:1:1: error: sample \"x\" has no option \"nothing\"\n"
         "    1 | nothing {}\n"
         "      | ^^^^^^^"},
        {"number = 1.5\n",
         "t.hcl:1:10: error: option \"number\" must be a number: 1.5 is not a whole number of 64 "
         "bits\n"
         "    1 | number = 1.5\n"
         "      |          ^^^"},
        {"texts = \"a\"\n",
         "t.hcl:1:9: error: option \"texts\" must be a list of string: a list of string is "
         "required, found string \"a\"\n"
         "    1 | texts = \"a\"\n"
         "      |         ^^^"},
        {"texts = [\"a\", null]\n",
         "t.hcl:1:9: error: option \"texts\" must be a list of string: an element is null\n"
         "    1 | texts = [\"a\", null]\n"
         "      |         ^^^^^^^^^^^"},
        {"duration = \"5\"\n",
         "t.hcl:1:12: error: option \"duration\" must be a duration: \"5\" is no duration\n"
         "    1 | duration = \"5\"\n"
         "      |            ^^^\n"
         "  hint: write a number with a unit, such as \"30s\" or \"1h5m\""},
        {"size = \"big\"\n",
         "t.hcl:1:8: error: option \"size\" must be a size: \"big\" is no size\n"
         "    1 | size = \"big\"\n"
         "      |        ^^^^^\n"
         "  hint: write a number with a unit, such as \"512M\" or \"8G\""},
        {"map { a = 1 }\n",
         "t.hcl:1:1: error: \"map\" of sample \"x\" is an argument, not a block\n"
         "    1 | map { a = 1 }\n"
         "      | ^^^\n"
         "  hint: write map = { ... }"},
        {"disk = [{}]\n",
         "t.hcl:1:1: error: \"disk\" of sample \"x\" is a block, not an argument\n"
         "    1 | disk = [{}]\n"
         "      | ^^^^\n"
         "  hint: write disk { ... } without \"=\""},
        {"disk {}\n",
         "t.hcl:1:1: error: block \"disk\" needs option \"name\"\n"
         "    1 | disk {}\n"
         "      | ^^^^"},
        {"root { name = \"a\" }\nroot { name = \"b\" }\n",
         "t.hcl:2:1: error: only one \"root\" block is allowed in sample \"x\"\n"
         "    2 | root { name = \"b\" }\n"
         "      | ^^^^"},
        {"text = \"othr\"\n",
         "t.hcl:1:8: error: \"othr\" is no value for option \"text\"\n"
         "    1 | text = \"othr\"\n"
         "      |        ^^^^^^\n"
         "  hint: did you mean \"other\"?"},
        {"texts = [\"a\"]\nmap = { a = 1 }\n",
         "t.hcl:2:7: error: only one of \"texts\" and \"map\" may be given in sample \"x\"\n"
         "    2 | map = { a = 1 }\n"
         "      |       ^^^^^^^^^"},
        {"texts = [\"a\"]\nmap = {}\n", ""},
        {"password = \"{{foo}}\"\n",
         "t.hcl:1:12: error: option \"password\" is no valid text template: line 1, column 3: "
         "function \"foo\" not defined\n"
         "    1 | password = \"{{foo}}\"\n"
         "      |            ^^^^^^^^^"},
        {"text = nowhere.x\n",
         "t.hcl:1:8: error: there is nothing named \"nowhere\" here\n"
         "    1 | text = nowhere.x\n"
         "      |        ^^^^^^^\n"
         "  hint: a text is written in quotes; the names here are var"},
    };
    for (const MistakeCase& c : kCases) {
        EXPECT_EQ(decode(c.text)->mistakes(), c.want) << c.text;
    }
}

TEST(OptionTable, ShowsDefaultsAsATemplateWouldWriteThem) {
    const auto default_of = [](const char* name) {
        return Sample::options().find(name)->default_text;
    };
    EXPECT_EQ(default_of("text"), "\"default\"");
    EXPECT_EQ(default_of("truth"), "false");
    EXPECT_EQ(default_of("tri_state"), "");
    EXPECT_EQ(default_of("number"), "7");
    EXPECT_EQ(default_of("duration"), "\"5m0s\"");
    EXPECT_EQ(default_of("numbers"), "[0]");
    EXPECT_EQ(default_of("texts"), "");
}

}  // namespace
}  // namespace kiln::plan
