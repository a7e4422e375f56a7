#include "base/strings.hpp"
#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(FunctionsOfTheEnvironment, TakeTimeAndRandomnessFromIt) {
    expect_results({
        {"timestamp()", R"("2018-01-02T03:04:05Z")"},
        {"legacy_isotime()", R"("2018-01-02T03:04:05Z")"},
        {R"(legacy_isotime("Jan _2 2006 15:04"))", R"("Jan  2 2018 03:04")"},
        {R"(legacy_strftime("%Y-%m-%d %H:%M:%S %z %q %%"))", R"("2018-01-02 03:04:05 +0000 %q %")"},
        {"legacy_strftime()", R"("")"},
        {R"(legacy_isotime("x", "y"))",
         R"(legacy_isotime() takes at most one argument @ legacy_isotime("x", "y"))"},
        {"uuidv4()", R"("00010203-0405-4607-8809-0a0b0c0d0e0f")"},
        {R"(bcrypt("secret", 4))",
         R"("$2a$04$..CA.uOD/eaGAOmJB.yMBu4AbFLftUBUHQbseIwAiOGKsNRgByuEG")"},
        {R"(substr(bcrypt("secret"), 0, 7))", R"("$2a$10$")"},
        {R"(substr(bcrypt("secret", 3), 0, 7))", R"("$2a$10$")"},
        {R"(bcrypt("secret", 21))",
         R"("cost" must be a whole number up to 20; more takes minutes to hours @ 21)"},
        {R"(bcrypt("secret", 4, 5))",
         R"(bcrypt() takes one or two arguments @ bcrypt("secret", 4, 5))"},
        {R"(bcrypt(join("", range(60))))",
         R"x(the text must have at most 72 bytes, none of them zero @ join("", range(60)))x"},
    });
}

TEST(FunctionsOfTheEnvironment, FailWithoutWhatTheyNeed) {
    const FunctionTable functions = standard_functions({});
    const auto message = [&](const char* name, std::vector<Value> arguments) {
        return std::get<FunctionFailure>(call(*functions.find(name), std::move(arguments))).message;
    };
    EXPECT_EQ(message("timestamp", {}), "timestamp() has no clock here");
    EXPECT_EQ(message("uuidv4", {}), "uuidv4() has no source of random bytes here");
    EXPECT_EQ(
        message("bcrypt", {Value::string("x")}), "bcrypt() has no source of random bytes here"
    );
    EXPECT_EQ(
        message("fileset", {Value::string("x"), Value::string("*")}),
        "files cannot be looked at here"
    );
}

TEST(StandardFunctions, AreThoseOfPacker) {
    const std::vector<std::string> names = standard_functions({}).names();
    EXPECT_EQ(
        join(names, " "),
        "abs abspath alltrue anytrue aws_secretsmanager aws_secretsmanager_raw "
        "base64decode base64encode base64gzip basename bcrypt can ceil chomp chunklist "
        "cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact "
        "concat consul_key contains convert csvdecode dirname distinct element endswith "
        "file filebase64 fileexists fileset flatten floor format formatdate formatlist "
        "indent index join jsondecode jsonencode keys legacy_isotime legacy_strftime "
        "length log lookup lower max md5 merge min parseint pathexpand pow range regex "
        "regex_replace regexall replace reverse rfc3339_parse rsadecrypt "
        "setintersection setproduct setunion sha1 sha256 sha512 signum slice sort split "
        "startswith strcontains strrev substr sum templatefile textdecodebase64 "
        "textencodebase64 timeadd timestamp title trim trimprefix trimspace trimsuffix "
        "try unix_timestamp_parse upper urlencode uuidv4 uuidv5 values vault yamldecode "
        "yamlencode zipmap"
    );
    EXPECT_EQ(names.size(), 103);
}

TEST(VariableDefaultFunctions, ReadTheEnvironmentOnly) {
    SourceMap sources;
    const FunctionTable functions = variable_default_functions(make_environment(sources));
    EXPECT_EQ(functions.names(), std::vector<std::string>{"env"});
    const auto env = [&](const char* name) {
        return std::get<Value>(call(*functions.find("env"), std::vector{Value::string(name)}));
    };
    EXPECT_EQ(env("HOME"), Value::string("/home/me"));
    EXPECT_EQ(env("MISSING"), Value::string(""));
}

TEST(Functions, PassUnknownsThrough) {
    Evaluation evaluate;
    evaluate.scope().set("text", Value::unknown(Type::string()));
    evaluate.scope().set("any", Value::unknown());
    evaluate.scope().set("numbers", Value::unknown(Type::list(Type::number())));
    const Case cases[] = {
        {"upper(text)", "<unknown>"},
        {"upper(any)", "<unknown>"},
        {R"(join(",", ["a", text]))", "<unknown>"},
        {"length([text, text])", "2"},
        {"length({ a = text })", "1"},
        {"length(numbers)", "<unknown>"},
        {R"(element([text, "b"], 1))", R"("b")"},
        {R"(concat([text], ["b"]))", R"([<unknown>, "b"])"},
        {"keys({ a = text })", R"(["a"])"},
        {"merge({ a = text }, { b = 1 })", "{ a = <unknown>, b = 1 }"},
        {R"(lookup({ a = text, b = "x" }, "b", ""))", R"("x")"},
        {"flatten([[text], [1]])", "[<unknown>, 1]"},
        {"flatten([numbers, [1]])", "<unknown>"},
        {R"(contains(["a", text], "a"))", "true"},
        {R"(contains(["b", text], "a"))", "<unknown>"},
        {"alltrue([any, false])", "false"},
        {"alltrue([any, true])", "<unknown>"},
        {"anytrue([any, true])", "true"},
        {R"(coalesce("a", text))", R"("a")"},
        {R"(coalesce("", text, "b"))", "<unknown>"},
        {R"(try(text, "b"))", "<unknown>"},
        {"can(any.x)", "<unknown>"},
        {"jsonencode({ a = text })", "<unknown>"},
        {R"(format("%s-%s", "a", text))", "<unknown>"},
        {"convert(text, number)", "<unknown>"},
    };
    expect_results(cases, evaluate);
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
