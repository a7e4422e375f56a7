#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(NetworkFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(cidrhost("10.0.0.0/24",5))", R"("10.0.0.5")"},
        {R"(cidrhost("10.0.0.0/24",-2))", R"("10.0.0.254")"},
        {R"(cidrhost("10.0.0.0/24",-256))", R"("10.0.0.0")"},
        {R"(cidrhost("10.0.0.0/24",255))", R"("10.0.0.255")"},
        {R"(cidrhost("10.0.0.5/24",1))", R"("10.0.0.1")"},
        {R"(cidrhost("fd00::/64",10))", R"("fd00::a")"},
        {R"(cidrhost("fd00::/64",-1))", R"("fd00::ffff:ffff:ffff:ffff")"},
        {R"(cidrnetmask("10.0.0.0/20"))", R"("255.255.240.0")"},
        {R"(cidrnetmask("fd00::/64"))", R"("ffff:ffff:ffff:ffff::")"},
        {R"(cidrsubnet("10.0.0.0/16",8,5))", R"("10.0.5.0/24")"},
        {R"(cidrsubnet("fd00::/48",16,255))", R"("fd00:0:0:ff::/64")"},
        {R"(cidrsubnet("10.0.0.7/16",0,0))", R"("10.0.0.0/16")"},
        {R"(cidrsubnets("10.0.0.0/16",4,4,8))",
         R"(["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/24"])"},
        {R"(cidrsubnets("10.0.0.0/16"))", "[]"},
        {R"(cidrsubnets("10.0.0.0/16",8,4,4))",
         R"(["10.0.0.0/24", "10.0.16.0/20", "10.0.32.0/20"])"},
        {R"(cidrsubnets("fd00::/56",8,8))", R"(["fd00::/64", "fd00:0:0:1::/64"])"},
        {R"(cidrsubnets("10.1.2.3/16",4))", R"(["10.1.0.0/20"])"},
    });
}

TEST(NetworkFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"(cidrhost("10.0.0.0/24",-257))", "a prefix of 24 bits has no host number -257 @ -257"},
        {R"(cidrhost("10.0.0.0/24",256))", "a prefix of 24 bits has no host number 256 @ 256"},
        {R"(cidrhost("fd00::/8",18446744073709551616))",
         R"("hostnum" must be a whole number of at most 64 bits @ 18446744073709551616)"},
        {R"(cidrhost("10.0.0.0",1))",
         R"("10.0.0.0" is no network in CIDR form such as "10.0.0.0/16" @ "10.0.0.0")"},
        {R"(cidrhost("10.0.0.0/33",1))",
         R"("10.0.0.0/33" is no network in CIDR form such as "10.0.0.0/16" @ "10.0.0.0/33")"},
        {R"(cidrhost("010.0.0.0/24",1))",
         R"("010.0.0.0/24" is no network in CIDR form such as "10.0.0.0/16" @ "010.0.0.0/24")"},
        {R"(cidrhost("10.0.0.0/24",1.5))",
         R"("hostnum" must be a whole number of at most 64 bits @ 1.5)"},
        {R"(cidrnetmask("x"))", R"("x" is no network in CIDR form such as "10.0.0.0/16" @ "x")"},
        {R"(cidrsubnet("10.0.0.0/16",8,256))",
         "an extension by 8 bits has no subnet number 256 @ 256"},
        {R"(cidrsubnet("10.0.0.0/16",17,0))", "a prefix of 16 bits cannot be extended by 17 @ 17"},
        {R"(cidrsubnet("10.0.0.0/16",8,-1))",
         R"("netnum" must be a whole number and not negative @ -1)"},
        {R"(cidrsubnet("fd00::/48",16,70000))",
         "an extension by 16 bits has no subnet number 70000 @ 70000"},
        {R"(cidrsubnet("10.0.0.0/16",-1,0))",
         R"("newbits" must be a whole number and not negative @ -1)"},
        {R"(cidrsubnet("10.0.0.0/16",1.5,0))",
         R"("newbits" must be a whole number and not negative @ 1.5)"},
        {R"(cidrsubnets("10.0.0.0/16",0))",
         R"("newbits" must be a whole number between 1 and 32 @ 0)"},
        {R"(cidrsubnets("10.0.0.0/16",17))", "a prefix of 16 bits cannot be extended by 17 @ 17"},
        {R"(cidrsubnets("10.0.0.0/16",1,1,1))", R"(no room is left in "10.0.0.0/16" for this @ 1)"},
        {R"(cidrsubnets("fd00::/16",40))",
         R"("newbits" must be a whole number between 1 and 32 @ 40)"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
