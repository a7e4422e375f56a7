#include "hcl/functions/functions_test_support.hpp"

#include <gmock/gmock.h>

namespace kiln::hcl::functions::testing {
namespace {

Value decode(const std::string& text) {
    SourceMap sources;
    const FunctionTable functions = standard_functions(make_environment(sources));
    const auto result = call(*functions.find("yamldecode"), std::vector{Value::string(text)});
    const auto* const failure = std::get_if<FunctionFailure>(&result);
    return failure ? Value::string(failure->message) : std::get<Value>(result);
}

TEST(YamlDecode, DoesNotExplodeByAliases) {
    std::string bomb = "a0: &a0 [x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) {
            bomb += last + ",";
        }
        bomb += "]\n";
    }
    EXPECT_THAT(
        decode(bomb).as_string(), ::testing::HasSubstr("the document has more than 100000 values")
    );
}

TEST(YamlDecode, RefusesDeepNesting) {
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    EXPECT_THAT(
        decode(deep).as_string(), ::testing::HasSubstr("the text is not valid YAML: line 1")
    );
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
