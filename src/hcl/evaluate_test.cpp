#include "hcl/evaluate.hpp"

#include "hcl/convert.hpp"
#include "hcl/language_test_support.hpp"

#include <gtest/gtest.h>
#include <string>

namespace kiln::hcl {
namespace {

using testing::evaluate_template;
using testing::evaluate_text;

Function upper_function() {
    Function upper;
    upper.name = "upper";
    upper.parameters = {{"text", Type::string()}};
    upper.result = Type::string();
    upper.eager = [](const std::vector<Value>& arguments) -> CallResult {
        std::string text = arguments[0].as_string();
        for (char& c : text) {
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        return Value::string(text);
    };
    return upper;
}

Function count_function() {
    Function count;
    count.name = "count";
    count.variadic = Parameter{"values", Type::dynamic(), true};
    count.result = Type::number();
    count.eager = [](const std::vector<Value>& arguments) -> CallResult {
        return Value::number(Number(static_cast<std::uint64_t>(arguments.size())));
    };
    return count;
}

// The type of its argument, read as a type.
Function type_function() {
    Function name_type;
    name_type.name = "name_type";
    name_type.parameters = {{"type"}};
    name_type.lazy = [](const LazyArguments& arguments) -> CallResult {
        FunctionFailure failure;
        const std::optional<Type> type = arguments[0]->as_type(failure.diagnostics);
        return type ? CallResult(Value::string(to_string(*type))) : CallResult(failure);
    };
    return name_type;
}

Function first_good_function() {
    Function first_good;
    first_good.name = "first_good";
    first_good.variadic = Parameter{"values"};
    first_good.lazy = [](const LazyArguments& arguments) -> CallResult {
        for (const LazyArgument* argument : arguments) {
            Diagnostics mistakes;
            if (const std::optional<Value> value = argument->evaluate(mistakes)) {
                return *value;
            }
        }
        return FunctionFailure{"nothing is good", std::nullopt};
    };
    return first_good;
}

const FunctionTable& functions() {
    static const FunctionTable table = [] {
        FunctionTable made;
        made.add(upper_function());
        made.add(count_function());
        made.add(type_function());
        made.add(first_good_function());
        return made;
    }();
    return table;
}

Value convert_to(const Value& value, const Type& type) {
    return *convert(value, type).value;
}

// Names whose types an expression alone cannot make.
Scope world() {
    Scope scope(&functions());
    const Value strings = Value::strings({"a", "b"});
    scope.set("list", strings);
    scope.set("set", convert_to(Value::strings({"b", "a", "b"}), Type::set(Type::string())));
    scope.set(
        "map",
        convert_to(
            Value::object({{"y", Value::string("2")}, {"x", Value::string("1")}}),
            Type::map(Type::string())
        )
    );
    scope.set("null_list", Value::null(Type::list(Type::string())));
    scope.set("null_string", Value::null(Type::string()));
    scope.set("unknown", Value::unknown());
    scope.set("unknown_string", Value::unknown(Type::string()));
    scope.set("unknown_bool", Value::unknown(Type::boolean()));
    scope.set("unknown_list", Value::unknown(Type::list(Type::string())));
    scope.set(
        "var",
        Value::object(
            {{"version", Value::string("1.2")},
             {"count", Value::number(3)},
             {"hosts",
              Value::tuple(
                  {Value::object({{"name", Value::string("n1")}}),
                   Value::object({{"name", Value::string("n2")}})}
              )}}
        )
    );
    return scope;
}

struct EvaluateCase {
    const char* text;
    const char* want;
};

void expect_all(const EvaluateCase* cases, std::size_t count) {
    const Scope scope = world();
    for (std::size_t i = 0; i < count; ++i) {
        SCOPED_TRACE(cases[i].text);
        EXPECT_EQ(evaluate_text(cases[i].text, scope), cases[i].want);
    }
}

template <std::size_t N>
void expect_all(const EvaluateCase (&cases)[N]) {
    expect_all(cases, N);
}

TEST(Evaluate, Operators) {
    expect_all({
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"10 - 2 - 3", "5"},
        {"2 - 1 + 8 / 4 / 2", "2"},
        {"-5 % 3", "-2"},
        {"5.5 % 2", "1.5"},
        {"5 % 0", "5"},
        {"5 / 2", "2.5"},
        {"- - 1", "1"},
        {"\"1\" + 1", "2"},
        {"1 < 2 == true", "true"},
        {"\"10\" > \"9\"", "true"},
        {"1 <= 1 && 2 >= 3", "false"},
        {"true || false && false", "true"},
        {"!true || !false", "true"},
        {"\"true\" && true", "true"},
        {"1 == \"1\"", "false"},
        {"1 == 1.0", "true"},
        {"[] == []", "true"},
        {"list == [\"a\", \"b\"]", "false"},
        {"null == null", "true"},
        {"null_string == null", "true"},
        {"\"a\" != \"b\"", "true"},
        {"!\"false\"", "true"},
        {"12345678901234567890 + 1", "12345678901234567891"},
    });
}

TEST(Evaluate, LogicForgetsTheSideThatDoesNotDecide) {
    expect_all({
        {"null_string == null || null_string.x == 1", "true"},
        {"null_string.x == 1 || true", "true"},
        {"false && var.nothing", "false"},
        {"unknown_bool || true", "true"},
        {"unknown_bool && false", "false"},
        {"unknown_bool || false", "<unknown>"},
        {"true || null", "true"},
        {"false || true || var.nothing", "true"},
    });
}

TEST(Evaluate, Conditionals) {
    expect_all({
        {"true ? 1 : 2", "1"},
        {"false ? 1 : true ? 2 : 3", "2"},
        {"\"true\" ? 1 : 2", "1"},
        {"true ? 1 : \"a\"", "\"1\""},
        {"true ? [1] : [\"a\", \"b\"]", "[\"1\"]"},
        {"true ? {a = 1} : {a = \"x\"}", "{ a = \"1\" }"},
        {"true ? {} : {a = 1}", "{}"},
        {"true ? null : 1", "null"},
        {"true ? 1 : null", "1"},
        {"true ? 1 : var.nothing", "1"},
        {"unknown_bool ? 1 : 2", "<unknown>"},
        {"unknown_bool ? var.nothing : 2", "<unknown>"},
    });
}

TEST(Evaluate, Collections) {
    expect_all({
        {"[1, \"a\", [true],]", "[1, \"a\", [true]]"},
        {"{ a = 1, \"b c\" : 2, (upper(\"d\")) = 3, \"x${1}\" = 4, 5 = 6 }",
         "{ \"5\" = 6, D = 3, a = 1, \"b c\" = 2, x1 = 4 }"},
        {"{ a = 1, a = 2 }", "{ a = 2 }"},
        {"{ true = 1, null = 2 }", "{ null = 2, true = 1 }"},
        {"{ \"for\" = 1 }", "{ for = 1 }"},
        {"{ (unknown_string) = 1 }", "<unknown>"},
    });
}

TEST(Evaluate, Access) {
    expect_all({
        {"var.version", "\"1.2\""},
        {"var[\"version\"]", "\"1.2\""},
        {"var.hosts[1].name", "\"n2\""},
        {"var.hosts.1.name", "\"n2\""},
        {"var.hosts[\"0\"].name", "\"n1\""},
        {"var.hosts[var.count - 2].name", "\"n2\""},
        {"list[0]", "\"a\""},
        {"map.x", "\"1\""},
        {"map[\"y\"]", "\"2\""},
        {"{a = {b = 1}}.a.b", "1"},
        {"[1, 2][1]", "2"},
        {"{\"1\" = 2}[1]", "2"},
        {"unknown.a[0]", "<unknown>"},
        {"unknown_list[0]", "<unknown>"},
        {"[1][unknown]", "<unknown>"},
    });
}

TEST(Evaluate, Splats) {
    expect_all({
        {"[{a=[1,2]},{a=[3]}].*.a[0]", "[1, 2]"},
        {"[{a=[1,2]},{a=[3]}][*].a[0]", "[1, 3]"},
        {"[[1,2],[3]][*][*]", "[[1, 2], [3]]"},
        {"var.hosts.*.name", "[\"n1\", \"n2\"]"},
        {"var.hosts[*].name", "[\"n1\", \"n2\"]"},
        {"[{a=[7]}].*.a.0", "[7]"},
        {"\"x\"[*]", "[\"x\"]"},
        {"var[*].version", "[\"1.2\"]"},
        {"null[*]", "[]"},
        {"null_string.*", "[]"},
        {"list[*]", "[\"a\", \"b\"]"},
        {"list[*] == list", "true"},
        {"[\"a\"][*] == [\"a\"]", "true"},
        {"unknown[*].a", "<unknown>"},
    });
}

TEST(Evaluate, ForExpressions) {
    expect_all({
        {"[for v in [1, 2, 3] : v * 2 if v != 2]", "[2, 6]"},
        {"[for i, v in [\"a\", \"b\"] : \"${i}${v}\"]", "[\"0a\", \"1b\"]"},
        {"[for k, v in {b=1,a=2}: \"${k}${v}\"]", "[\"a2\", \"b1\"]"},
        {"[for k, v in set : \"${k}${v}\"]", "[\"aa\", \"bb\"]"},
        {"[for v in map : v]", "[\"1\", \"2\"]"},
        {"{for i, v in [\"x\", \"y\"] : v => i}", "{ x = 0, y = 1 }"},
        {"{for v in [1] : v => v}", "{ \"1\" = 1 }"},
        {"{for p in [[\"a\",1],[\"b\",2],[\"a\",3]] : p[0] => p[1]...}", "{ a = [1, 3], b = [2] }"},
        {"[for a in [1, 2] : [for b in [10, 20] : a + b]]", "[[11, 21], [12, 22]]"},
        {"[for v in [] : v.nothing]", "[]"},
        {"[for v in unknown_list : v]", "<unknown>"},
        {"[for v in [1] : v if unknown_bool]", "<unknown>"},
        {"[for v in [unknown] : 1]", "[1]"},
        {"[for var in [5] : var]", "[5]"},
    });
}

TEST(Evaluate, Calls) {
    expect_all({
        {"upper(\"a\")", "\"A\""},
        {"upper(1)", "\"1\""},
        {"upper(\n\"a\",\n)", "\"A\""},
        {"count(1, [2, 3]...)", "3"},
        {"count(set...)", "2"},
        {"count(null)", "1"},
        {"upper(unknown_string)", "<unknown>"},
        {"count(unknown_list...)", "<unknown>"},
        {"name_type(list(object({a=number})))", "\"list(object({a=number}))\""},
        {"first_good(var.nothing, 2)", "2"},
        {"first_good([1, 2]...)", "1"},
    });
}

TEST(Evaluate, Templates) {
    expect_all({
        {R"("a\n\t\"\\\u00e9\U0001F600")", R"("a\n\t\"\\é😀")"},
        {R"("$${x} %%{y} $5 100% $$")", R"("$${x} %%{y} $5 100% $$")"},
        {R"("$$${1}")", R"("$$${1}")"},
        {R"("${[1]}")", "[1]"},
        {R"("${null}")", "null"},
        {R"("${"${1}"}")", "1"},
        {R"("x${1}${true}${"s"}")", R"("x1trues")"},
        {R"("x${1e30}")", R"("x1000000000000000000000000000000")"},
        {R"("x${0.1+0.2}")", R"("x0.3")"},
        {R"("x${12345678901234567890}")", R"("x12345678901234567890")"},
        {R"("x${1/3}")",
         "\"x0."
         "3333333333333333333333333333333333333333333333333333333333333333333333333333333333333333"
         "3333333333333333333333333333333333333333333333333333333333333333335\""},
        {R"(" ${~ 1 ~} ")", R"("1")"},
        {R"("${~ 1 ~}")", "1"},
        {R"("a ${1 ~} ${~ 2} b")", R"("a 12 b")"},
        {R"("a\n  ${~1~}  \n")", R"("a1")"},
        {R"("%{ if true }a%{ endif }")", R"("a")"},
        {R"("%{ if false }a%{ else }${2}%{ endif }")", R"("2")"},
        {R"("%{ if false }${var.nothing}%{ endif }")", R"("")"},
        {R"("%{ if true ~}  A  %{~ endif ~}")", R"("A")"},
        {R"("%{ for x in ["a","b"] }${x},%{ endfor }")", R"("a,b,")"},
        {R"("%{ for k, v in {a=1} }${k}=${v};%{ endfor }")", R"("a=1;")"},
        {R"("%{ for x in [1,2] }%{ if x == 1 }one%{ else }more%{ endif }%{ endfor }")",
         R"("onemore")"},
        {R"("x${unknown_string}")", "<unknown>"},
        {R"("%{ for x in unknown_list }${x}%{ endfor }")", "<unknown>"},
    });
}

// What packer console 1.6.6 made of the same texts.
TEST(Evaluate, Heredocs) {
    expect_all({
        {"<<E\n a\\n\n${1}\nE\n", R"(" a\\n\n1\n")"},
        {"<<E\nE\n", R"("")"},
        {"<<E\n$${a} %%{b}\nE\n", R"("$${a} %%{b}\n")"},
        {"<<-E\n    a\n      b\n\n    c\n    E\n", R"("a\n  b\n\nc\n")"},
        {"<<-E\n      a\n    ${1}\n     b\n  E\n", R"("  a\n1\n b\n")"},
        {"<<-E\n    a\n${1}\nE\n", R"("    a\n1\n")"},
        {"<<-E\n\ta\n\t\tb\nE\n", R"("a\n\tb\n")"},
        {"<<-E\n      a\n\n     \n       b\nE\n", R"("a\n\n     \n b\n")"},
        {"<<-E\n      a ${~ 1 ~}\n    c\n      ${\"x\"}\n  E\n", R"("a1    c\nx\n")"},
        {"<<-E\n    %{ if true }\n    x\n    %{ endif }\n  E\n", R"("\nx\n\n")"},
        {"<<-E\n    a\n    %{~ if true ~}\n    b\n    %{~ endif ~}\n  E\n", R"("    a\n    b\n")"},
        {"<<E\na\n\n  %{~ if true ~}\n\n  b\n%{~ endif ~}\n\n   c\nE\n", R"("a\n\n\n  b\n   c\n")"},
        {"<<-E\n    a\n      %{ for x in [\"p\",\"q\"] ~}\n    \n      server ${x}\n"
         "    %{ endfor ~}\n      c\n    E\n",
         R"("a\n      \n  server p\n    \n  server q\n      c\n")"},
        {"[<<E\na\nE\n, 1]", R"(["a\n", 1])"},
    });
}

TEST(Evaluate, TemplateFiles) {
    const Scope scope = world();
    constexpr EvaluateCase kCases[] = {
        {"", "\"\""},
        {"plain \"text\" \\n\n", R"("plain \"text\" \\n\n")"},
        {"${var.hosts}", "[{ name = \"n1\" }, { name = \"n2\" }]"},
        {"${1}\n", R"("1\n")"},
        {"%{ for h in var.hosts ~}\n  ${h.name}\n%{ endfor ~}\n", R"("n1\nn2\n")"},
    };
    for (const EvaluateCase& c : kCases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(evaluate_template(c.text, scope), c.want);
    }
}

TEST(Evaluate, NormalisesStrings) {
    EXPECT_EQ(evaluate_text("\"e\u0301\" == \"\u00e9\""), "true");
}

TEST(EvaluateAs, ConvertsOrPointsAtTheExpression) {
    const SourceFile file("t", "[1, true]");
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_expression(file, diagnostics);
    EXPECT_EQ(
        evaluate_as(*expression, Type::list(Type::string()), Scope(), diagnostics),
        Value::strings({"1", "true"})
    );
    EXPECT_EQ(
        evaluate_as(*expression, Type::list(Type::number()), Scope(), diagnostics),
        Value::unknown(Type::list(Type::number()))
    );
    EXPECT_EQ(
        render(diagnostics),
        "t:1:1: error: element 1: a number is required, found bool true\n"
        "    1 | [1, true]\n"
        "      | ^^^^^^^^^"
    );
}

TEST(Scope, SeesWhatIsAround) {
    Scope outer;
    outer.set("a", Value::number(1));
    outer.set("b", Value::number(2));
    Scope inner = Scope::inside(outer);
    inner.set("b", Value::number(3));
    inner.set("c", Value::number(4));
    EXPECT_EQ(*inner.find("a"), Value::number(1));
    EXPECT_EQ(*inner.find("b"), Value::number(3));
    EXPECT_EQ(inner.find("d"), nullptr);
    EXPECT_EQ(inner.names(), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace kiln::hcl
