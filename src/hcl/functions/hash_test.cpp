#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(HashFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(md5("a"))", R"("0cc175b9c0f1b6a831c399e269772661")"},
        {R"(sha1("a"))", R"("86f7e437faa5a7fce15d1ddcb9eaeaea377667b8")"},
        {R"(sha256("a"))", R"("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")"},
        {R"(sha512(""))",
         R"("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")"},
        {R"(uuidv5("dns","example.com"))", R"("cfbff0d1-9375-5685-968c-48ce8b15ae17")"},
        {R"(uuidv5("url","x"))", R"("4cd605e7-afa2-5360-b5b9-c5e9fb5c76f4")"},
        {R"(uuidv5("oid","x"))", R"("8558d34a-d3c6-5881-a6e3-bf8f3e6110ea")"},
        {R"(uuidv5("x500","x"))", R"("456e503f-63e3-56c1-b807-4cd79bf8cc22")"},
        {R"(uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8","example.com"))",
         R"("cfbff0d1-9375-5685-968c-48ce8b15ae17")"},
        {R"(uuidv5("6BA7B810-9DAD-11D1-80B4-00C04FD430C8","example.com"))",
         R"("cfbff0d1-9375-5685-968c-48ce8b15ae17")"},
        {R"(uuidv5("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}","example.com"))",
         R"("cfbff0d1-9375-5685-968c-48ce8b15ae17")"},
    });
}

TEST(HashFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"(rsadecrypt("x","y"))", R"(the text to decrypt is not valid base64 @ "x")"},
        {R"(uuidv5("foo","x"))", R"("foo" is none of dns, url, oid and x500 and no UUID @ "foo")"},
        {R"(rsadecrypt("aGVs","y"))",
         R"(the key is no RSA private key in PEM without a pass phrase @ "y")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
