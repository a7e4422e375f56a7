#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(UnsupportedFunctions, SaySoWhenCalled) {
    expect_results({
        {R"(vault("a","b"))",
         R"(vault() is not supported: kiln does not read secrets from Vault; pass the value as a variable @ vault("a","b"))"},
        {R"(consul_key("x"))",
         R"(consul_key() is not supported: kiln does not read secrets from Consul; pass the value as a variable @ consul_key("x"))"},
        {R"(consul_key("a"))",
         R"(consul_key() is not supported: kiln does not read secrets from Consul; pass the value as a variable @ consul_key("a"))"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
