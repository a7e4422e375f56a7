#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

// Made for this test and used nowhere else.
constexpr const char* kKey =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICXAIBAAKBgQDH9MsJ6I4LBfJ+GskQtZx2TqHLpkMNJefnKncfCtkFn8GMJeul\n"
    "yIjkH2ioQvZwpRbEeG6tJtXHPvHxrM8NI0AS3Voai8ZF18w+/dyZfd7cLLFhDrH+\n"
    "xHwwn1KFN+4aBfaN/V3MkVZuxVOu7ZQCFy23yvZ7PDWXvrWPpd4K9w0DLQIDAQAB\n"
    "AoGATrX37vCSaZhvumBE4cT70D5nxkiugFB5ly/KMHgOsf4PLGII/vuPl20dv46M\n"
    "gA8chT57IsH0yTfn+aBy6NMFdzS8qtSScDjFv0MsOvlhOOIkd1q8tNSlEExUV989\n"
    "MEugc4sA49Xdth8m1K3OuWrAM/cUAVCprhX9AvhBLb89xsECQQD3qwmSV3LcLxG1\n"
    "KAqmhoDBt9eYUpy11L9JW8OzhgB8ObXu5ChJJlDGZaBAuEen+S1rHv/0vvJHAgGc\n"
    "O7nKhm1FAkEAzq7aL4quRlEGiNWZ1wul1CXW3yRDvPydUlhwOuePAFpQeH2piKdl\n"
    "Drz1camBJIvl0HiNRfcQzP2h3x8SeYPYyQJBANh17Xyw35ufq+tYHs7imaA2DMF9\n"
    "2qd1VOZJxKagBMaOLfun/6nHSivMYJ6QMViXCOIqCu0fAmObVkr1THG8wb0CQAce\n"
    "LHNwsjnHtpLl0EuAojBhMTo0FIUgqgZY91x/9wPLGHRd14XWRfuw9D762HC6xKpe\n"
    "THc5YAG/RmDZwBghO0kCQF9fYSPgdDJf90+MNBH+692FxbDQcgaQdG+eToyBedty\n"
    "w71azbAZmPvqa8/cy/18xPFO7avWa7B4wfdpoVSa+Wk=\n"
    "-----END RSA PRIVATE KEY-----\n";

// "secret" for that key, PKCS#1 v1.5.
constexpr const char* kCipherText =
    "jrL9od+xa9ogDkILHlQPRDfNZXxKM5LAMSaHOYgq47NaCfLQgkwN15M5/B8em33hmC0zWxqU4UszCkwQ"
    "t6UyNxPGlS3R0C3/bDjRqIpJYLnVgPGYhNEzpQUXMXx7FbonxAXqrdGwpSJd08rqP+aeF+wWp/lVLBqQ"
    "QZQVz0LRMs4=";

TEST(RsaDecrypt, DecryptsWhatWasEncryptedForTheKey) {
    const std::map<std::string, std::string> files = {
        {"key.pem", kKey}, {"secret.b64", kCipherText}};
    const Evaluation evaluate(files);
    EXPECT_EQ(evaluate(R"(rsadecrypt(file("secret.b64"), file("key.pem")))"), R"("secret")");
}

TEST(RsaDecrypt, SaysWhatIsWrong) {
    const std::map<std::string, std::string> files = {{"key.pem", kKey}};
    const Evaluation evaluate(files);
    const Case cases[] = {
        {R"(rsadecrypt("x", file("key.pem")))", R"(the text to decrypt is not valid base64 @ "x")"},
        {R"(rsadecrypt("AAAA", "key"))",
         R"(the key is no RSA private key in PEM without a pass phrase @ "key")"},
        {R"(rsadecrypt("AAAA", file("key.pem")))",
         R"(the text was not encrypted for this key @ "AAAA")"},
    };
    expect_results(cases, evaluate);
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
