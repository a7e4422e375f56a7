#include "aws/sigv4.hpp"

#include "base/error.hpp"

#include <chrono>
#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const Credentials kKeys{
    "AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(), {}};
constexpr auto kTime = std::chrono::sys_days{std::chrono::year{2015} / 8 / 30} + 12h + 36min;

struct SignatureCase {
    const char* name;
    const char* service;
    net::HttpRequest request;
    const char* signed_headers;
    const char* signature;
};

net::HttpRequest request(
    const char* method, const char* url, net::Headers headers = {}, std::string body = ""
) {
    net::HttpRequest made;
    made.method = method;
    made.url = url;
    made.headers = std::move(headers);
    made.body = std::move(body);
    return made;
}

const net::Headers kForm{{"Content-Type", "application/x-www-form-urlencoded"}};
const net::Headers kFormUtf8{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
const net::Headers kBlock{
    {"x-amz-Data-Length", "524288"},
    {"x-amz-Checksum", "hahKdYhuilJtvsThbjN1+qMHtK6tecntMmTAR3pvbro="},
    {"x-amz-Checksum-Algorithm", "SHA256"}};
net::Headers unsigned_block() {
    net::Headers headers = kBlock;
    headers.push_back({"X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"});
    return headers;
}

constexpr const char* kBlockUrl =
    "https://ebs.us-east-1.amazonaws.com/snapshots/snap-0123456789abcdef0/blocks/3";
constexpr const char* kTokenUrl =
    "https://ebs.us-east-1.amazonaws.com/snapshots/snap-0123456789abcdef0/blocks/3"
    "?blockToken=AAB%2B%2Fx%3D%3D";

// The first three are of AWS's published suite, the others were computed with botocore.
const SignatureCase kCases[] = {
    {"get-vanilla",
     "service",
     request("GET", "https://example.amazonaws.com/"),
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "service",
     request("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1"),
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"post-x-www-form-urlencoded",
     "service",
     request("POST", "https://example.amazonaws.com/", kForm, "Param1=value1"),
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"the usual port is not part of the host",
     "service",
     request("POST", "https://example.amazonaws.com:443", kForm, "Param1=value1"),
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"an EC2 form",
     "ec2",
     request(
         "POST",
         "https://ec2.us-east-1.amazonaws.com/",
         kFormUtf8,
         "Action=DescribeRegions&Version=2016-11-15"
     ),
     "content-type;host;x-amz-date",
     "0961b80cfe2d492b65901a9220582465d0ed2094d2964a79fe0e9fdd612541ab"},
    {"a block whose body is not signed",
     "ebs",
     request("PUT", kBlockUrl, unsigned_block(), std::string(524288, 'a')),
     "host;x-amz-checksum;x-amz-checksum-algorithm;x-amz-content-sha256;x-amz-data-length;"
     "x-amz-date",
     "9c586618857c92d2befc0b5e242459417e4303091d44fb35df3cfad211f89b06"},
    {"a block whose body is signed",
     "ebs",
     request("PUT", kBlockUrl, kBlock, std::string(524288, 'a')),
     "host;x-amz-checksum;x-amz-checksum-algorithm;x-amz-data-length;x-amz-date",
     "cf6238318400159be76fbea3232e26d2a134f6173df831367b521e6c07ffd46a"},
    {"a block token in the query",
     "ebs",
     request("GET", kTokenUrl),
     "host;x-amz-date",
     "7c1c285ea2f4efe284820ebcc6193489eeeb1bd838ab80fc4cf51d3911755b37"},
    {"a JSON call",
     "ssm",
     request(
         "POST",
         "https://ssm.us-east-1.amazonaws.com/",
         {{"Content-Type", "application/x-amz-json-1.1"},
          {"X-Amz-Target", "AmazonSSM.GetParameter"}},
         R"({"Name":"/kiln/base"})"
     ),
     "content-type;host;x-amz-date;x-amz-target",
     "f937ef8e6d2c4730cf165cced405556ed7c61a9b6014bdd6fc933c5d5493ccb2"}};

std::string authorization(const net::HttpRequest& signed_request) {
    return net::find_header(signed_request.headers, "Authorization").value_or("");
}

TEST(Sign, MakesTheSignaturesThatAwsExpects) {
    for (const SignatureCase& c : kCases) {
        SCOPED_TRACE(c.name);
        const net::HttpRequest out = sign(c.request, kKeys, {"us-east-1", c.service, kTime});
        EXPECT_EQ(
            authorization(out),
            std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/") + c.service +
                "/aws4_request, SignedHeaders=" + c.signed_headers + ", Signature=" + c.signature
        );
        EXPECT_EQ(out.body, c.request.body);
        EXPECT_EQ(out.url, c.request.url);
    }
}

TEST(Sign, CarriesAndSignsTheTokenOfTemporaryCredentials) {
    Credentials keys = kKeys;
    keys.session_token =
        Secret("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW");
    const net::HttpRequest out = sign(
        request(
            "POST",
            "https://ec2.us-east-1.amazonaws.com/",
            kFormUtf8,
            "Action=DescribeRegions&Version=2016-11-15"
        ),
        keys,
        {"us-east-1", "ec2", kTime}
    );
    EXPECT_EQ(net::find_header(out.headers, "x-amz-security-token"), keys.session_token.reveal());
    EXPECT_THAT(authorization(out), HasSubstr("x-amz-date;x-amz-security-token"));
    EXPECT_THAT(
        authorization(out),
        EndsWith("Signature=fe852cacba44116ac9d03f1f2f47665e5e8cde34253b21bac1daaf15e1fcf262")
    );
}

TEST(Sign, DependsOnTheMeaningAndNotOnTheSpelling) {
    const SigningScope scope{"us-east-1", "service", kTime};
    const auto signature = [&](const net::HttpRequest& one) {
        return authorization(sign(one, kKeys, scope));
    };
    EXPECT_EQ(
        signature(request("GET", "https://h.example/?b&a=1")),
        signature(request("GET", "https://h.example/?a=1&b="))
    );
    EXPECT_EQ(
        signature(request("GET", "https://h.example/", {{"X-Amz-Note", "  a   b "}})),
        signature(request("GET", "https://h.example/", {{"x-amz-note", "a b"}}))
    );
    EXPECT_EQ(
        signature(request("GET", "https://h.example/", {{"User-Agent", "kiln"}})),
        signature(request("GET", "https://h.example/"))
    );
    EXPECT_NE(
        signature(request("GET", "https://h.example:8443/")),
        signature(request("GET", "https://h.example/"))
    );
    EXPECT_NE(
        signature(request("GET", "https://h.example/a%2Fb")),
        signature(request("GET", "https://h.example/a/b"))
    );
}

}  // namespace
}  // namespace kiln::aws
