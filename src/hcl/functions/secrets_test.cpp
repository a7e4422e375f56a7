#include "base/error.hpp"
#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(SecretFunctions, FailWhereNothingCanBeAsked) {
    expect_results({
        {R"(aws_secretsmanager("a",null))",
         R"(secrets cannot be read here @ aws_secretsmanager("a",null))"},
        {R"(aws_secretsmanager_raw("a"))",
         R"(secrets cannot be read here @ aws_secretsmanager_raw("a"))"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
