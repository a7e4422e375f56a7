#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

const std::map<std::string, std::string> kFiles = {
    {"bare.tpl", "${x}"},
    {"text.tpl", "a${x}b%{ if y }Y%{ endif }\n"},
    {"call.tpl", "${upper(x)}-${templatefile(\"bare.tpl\", {x = 1})}"},
    {"broken.tpl", "first\n${x +}\n"},
    {"binary.tpl", "\xff"},
};

TEST(Templatefile, FillsInTheGivenNames) {
    const Case cases[] = {
        {R"(templatefile("text.tpl", { x = 1, y = true }))", R"("a1bY\n")"},
        {R"(templatefile("text.tpl", convert({ x = 1, y = false }, map(string))))", R"("a1b\n")"},
        {R"(templatefile("bare.tpl", { x = [1] }))", "[1]"},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(Templatefile, SeesNothingElse) {
    Evaluation evaluate(kFiles);
    evaluate.scope().set("y", Value::boolean(true));
    EXPECT_EQ(
        evaluate(R"(templatefile("text.tpl", { x = 1 }))"), "there is nothing named \"y\" here @ y"
    );
}

TEST(Templatefile, DoesNotCallItself) {
    EXPECT_EQ(
        Evaluation(kFiles)(R"(templatefile("call.tpl", { x = "u" }))"),
        "a file that templatefile() reads cannot call templatefile() itself @ "
        "templatefile(\"bare.tpl\", {x = 1})"
    );
}

TEST(Templatefile, BlamesTheArgument) {
    const Case cases[] = {
        {R"(templatefile("text.tpl", { "a b" = 1 }))",
         R"("a b" is no name that a template can use @ { "a b" = 1 })"},
        {R"(templatefile("text.tpl", "x"))", R"(a map or object is required, found string @ "x")"},
        {R"(templatefile("missing.tpl", {}))",
         R"(reading root/missing.tpl: No such file or directory @ "missing.tpl")"},
        {R"(templatefile("binary.tpl", {}))",
         R"("root/binary.tpl" is not valid UTF-8 @ "binary.tpl")"},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(Templatefile, ShowsTheMistakeInTheFile) {
    SourceMap sources;
    const FunctionTable functions = standard_functions(make_environment(sources, kFiles));
    const auto result = call(
        *functions.find("templatefile"),
        std::vector{Value::string("broken.tpl"), Value::object({{"x", Value::number(1)}})}
    );
    EXPECT_EQ(
        render(std::get<FunctionFailure>(result).diagnostics),
        "root/broken.tpl:2:6: error: expected an expression, found \"}\"\n"
        "    2 | ${x +}\n"
        "      |      ^"
    );
}

TEST(Templatefile, IsUnknownWithAnUnknownName) {
    Evaluation evaluate(kFiles);
    evaluate.scope().set("later", Value::unknown(Type::string()));
    EXPECT_EQ(evaluate(R"(templatefile("text.tpl", { x = later, y = true }))"), "<unknown>");
    EXPECT_EQ(
        evaluate(R"(templatefile("text.tpl", { x = 1, y = true, z = later }))"), R"("a1bY\n")"
    );
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
