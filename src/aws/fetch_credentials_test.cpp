#include "aws/fetch_credentials.hpp"

#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "net/testing/loopback_server.hpp"
#include "sys/testing/fake_clock.hpp"
#include "sys/testing/fake_process_runner.hpp"
#include "sys/testing/memory_file_system.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using net::testing::LoopbackServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kEnd = std::chrono::sys_days{std::chrono::year{2024} / 1 / 2} + 4h;
const Credentials kLent{"ASIA", Secret("lent"), Secret("token"), kEnd};

constexpr const char* kStsAnswer =
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
    "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>lent</SecretAccessKey>"
    "<SessionToken>token</SessionToken><Expiration>2024-01-02T04:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>";
constexpr const char* kMetadataAnswer =
    R"({"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"lent","Token":"token",)"
    R"("Expiration":"2024-01-02T04:00:00Z"})";

class FetchCredentialsTest : public ::testing::Test {
protected:
    FetchCredentialsTest() {
        for (const Service service : {Service::ec2, Service::sts, Service::sso_portal}) {
            world_.endpoints.configured[service] = server_.url();
        }
    }
    std::optional<HttpResponse> answer(const HttpRequest& request) {
        if (request.method == "POST" && clock_.elapsed() < believed_after_) {
            return HttpResponse{
                403,
                {},
                "<Response><Errors><Error><Code>AuthFailure</Code><Message>not yet</Message>"
                "</Error></Errors></Response>"};
        }
        const auto found = answers_.find(request.method + " " + request.url);
        return found == answers_.end() ? HttpResponse{404, {}, ""} : found->second;
    }
    void answers(const std::string& request, std::string body) {
        answers_[request] = HttpResponse{200, {}, std::move(body)};
    }
    std::optional<Credentials> fetch(CredentialSource source) {
        return fetch_credentials(source, world_, {});
    }
    std::string failure(CredentialSource source) {
        try {
            fetch(std::move(source));
        } catch (const Error& error) {
            return render(error);
        }
        return "";
    }
    HttpRequest request(std::size_t index) { return server_.seen().at(index).request; }

    std::map<std::string, HttpResponse> answers_;
    std::chrono::seconds believed_after_{0};
    LoopbackServer server_{[this](const HttpRequest& request) { return answer(request); }};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    sys::MemoryFileSystem files_;
    std::string printed_;
    sys::FakeProcessRunner processes_{[this](const sys::Command&, const sys::OutputSink& output) {
        output(sys::OutputStream::out, printed_);
        return sys::ExitStatus{};
    }};
    RolesByCode roles_by_code_;
    CredentialWorld world_{
        transport_,
        clock_,
        files_,
        processes_,
        {{"PATH", "/bin"}},
        {},
        "eu-west-1",
        [] { return 0.0; },
        roles_by_code_};
};

TEST_F(FetchCredentialsTest, BorrowsARoleWithOtherKeys) {
    answers("POST /", kStsAnswer);
    const GivenKeys base{{"AKID", Secret("s"), Secret(), {}}, "profile base"};
    EXPECT_EQ(fetch({AssumedRole{{{base}}, "arn:r", "kiln", "x 1", "", 900}}), kLent);
    EXPECT_EQ(
        request(0).body,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=kiln"
        "&ExternalId=x%201&DurationSeconds=900"
    );
    EXPECT_THAT(
        net::find_header(request(0).headers, "Authorization").value_or(""),
        HasSubstr("Credential=AKID/20240102/eu-west-1/sts/")
    );
}

TEST_F(FetchCredentialsTest, UsesACodeOnce) {
    answers("POST /", kStsAnswer);
    AssumedRole role{
        {{GivenKeys{{"AKID", Secret("s"), Secret(), {}}, "profile base"}}}, "arn:r", "kiln"};
    role.mfa_serial = "arn:device";
    role.mfa_code = Secret("123456");
    EXPECT_EQ(fetch({role}), kLent);
    EXPECT_EQ(fetch({role}), kLent) << "another region of the same run";
    EXPECT_EQ(server_.seen().size(), 1U);
    EXPECT_THAT(request(0).body, HasSubstr("&SerialNumber=arn%3Adevice&TokenCode=123456"));

    clock_.advance(2h);
    const std::string message = failure({role});
    EXPECT_THAT(message, HasSubstr("the keys that the code of arn:device brought ended"));
    EXPECT_THAT(message, HasSubstr("duration_seconds in the profile"));
}

TEST_F(FetchCredentialsTest, HasVaultMakeKeys) {
    VaultKeys keys{"build er", "team/aws"};
    keys.role_arn = "arn:r";
    keys.ttl = "1h";
    keys.address = server_.url() + "/";
    keys.space = "net";
    keys.token_file = "/home/.vault-token";
    EXPECT_THAT(failure({keys}), HasSubstr("there is no token for Vault"));

    files_.make_directories("/home");
    files_.write_file_atomic("/home/.vault-token", "tok\n");
    answers(
        "GET /v1/team/aws/creds/build%20er?role_arn=arn%3Ar&ttl=1h",
        R"({"lease_id":"x","lease_duration":3355,"data":{"access_key":"ASIA",)"
        R"("secret_key":"lent","security_token":"token"}})"
    );
    EXPECT_EQ(fetch({keys}), kLent);
    EXPECT_EQ(net::find_header(request(0).headers, "X-Vault-Token"), "tok");
    EXPECT_EQ(net::find_header(request(0).headers, "X-Vault-Namespace"), "net");
    EXPECT_EQ(server_.seen().size(), 1U) << "keys with a token are believed at once";
}

TEST_F(FetchCredentialsTest, WaitsUntilTheKeysOfANewUserAreBelieved) {
    VaultKeys keys{"builder"};
    keys.address = server_.url();
    keys.token = Secret("tok");
    answers(
        "GET /v1/aws/creds/builder",
        R"({"lease_duration":0,"data":{"access_key":"AKID","secret_key":"s","security_token":null}})"
    );
    answers("POST /", "<DescribeRegionsResponse/>");
    believed_after_ = 7s;
    EXPECT_EQ(fetch({keys}), (Credentials{"AKID", Secret("s"), Secret(), std::nullopt}));
    EXPECT_GE(clock_.elapsed(), 7s);
    EXPECT_THAT(
        net::find_header(server_.seen().back().request.headers, "Authorization").value_or(""),
        HasSubstr("Credential=AKID/")
    );
}

struct VaultRefusal {
    int status;
    const char* body;
    const char* words;
};

TEST_F(FetchCredentialsTest, PassesOnVaultsOwnWords) {
    VaultKeys keys{"builder"};
    keys.address = server_.url();
    keys.token = Secret("VERYSECRET");
    for (const VaultRefusal& c : {
             VaultRefusal{
                 403, R"({"errors":["permission denied"]})", "HTTP 403: permission denied"},
             VaultRefusal{404, R"({"errors":[]})", "engine_name and name of vault_aws_engine"},
             VaultRefusal{503, "sealed", "gives no keys of aws/creds/builder: HTTP 503"},
             VaultRefusal{200, "[]", "the answer is not a JSON object"},
             VaultRefusal{200, "{}", "the answer carries no data"},
             VaultRefusal{200, R"({"data":{}})", "the answer carries no access key"},
         }) {
        answers_["GET /v1/aws/creds/builder"] = HttpResponse{c.status, {}, c.body};
        const std::string message = failure({keys});
        EXPECT_THAT(message, HasSubstr(c.words));
        EXPECT_THAT(message, HasSubstr("aws/creds/builder of Vault at " + server_.url()));
        EXPECT_EQ(message.find("VERYSECRET"), std::string::npos);
    }
}

TEST_F(FetchCredentialsTest, ReadsTheWebIdentityTokenAnewEachTime) {
    answers("POST /", kStsAnswer);
    files_.make_directories("/var");
    const CredentialSource source{WebIdentityRole{"/var/token", "arn:r", "kiln"}};
    for (const char* token : {"first", "second"}) {
        files_.write_file_atomic("/var/token", std::string(token) + "\n");
        EXPECT_EQ(fetch(source), kLent);
    }
    EXPECT_THAT(request(0).body, HasSubstr("&WebIdentityToken=first"));
    EXPECT_THAT(request(1).body, HasSubstr("&WebIdentityToken=second"));
    EXPECT_EQ(net::find_header(request(1).headers, "Authorization"), std::nullopt);
}

TEST_F(FetchCredentialsTest, ExchangesTheTokenOfASingleSignOn) {
    files_.make_directories("/sso");
    const CredentialSource source{SsoRole{"123", "ad min", "us-east-1", "/sso/t.json"}};
    EXPECT_THAT(failure(source), HasSubstr("there is no token in /sso/t.json"));
    files_.write_file_atomic(
        "/sso/t.json", R"({"accessToken":"T","expiresAt":"2024-01-02T03:00:00Z"})"
    );
    EXPECT_THAT(failure(source), HasSubstr("the token in /sso/t.json has expired"));
    files_.write_file_atomic(
        "/sso/t.json", R"({"accessToken":"T","expiresAt":"2024-01-02T05:00:00Z"})"
    );
    answers(
        "GET /federation/credentials?role_name=ad%20min&account_id=123",
        R"({"roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"lent",)"
        R"("sessionToken":"token","expiration":1704168000000}})"
    );
    EXPECT_EQ(fetch(source), kLent);
    EXPECT_EQ(net::find_header(request(0).headers, "x-amz-sso_bearer_token"), "T");
}

TEST_F(FetchCredentialsTest, RunsACredentialProcess) {
    printed_ = R"({"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"lent",)"
               R"("SessionToken":"token","Expiration":"2024-01-02T06:00:00+02:00"})";
    EXPECT_EQ(fetch({CredentialProcess{"keys --now"}}), kLent);
    EXPECT_THAT(processes_.commands().at(0).argv, ElementsAre("/bin/sh", "-c", "keys --now"));

    printed_ = R"({"AccessKeyId":"ASIA","SecretAccessKey":"VERYSECRET"})";
    const std::string message = failure({CredentialProcess{"keys"}});
    EXPECT_THAT(message, HasSubstr("the answer has not \"Version\": 1"));
    EXPECT_EQ(message.find("VERYSECRET"), std::string::npos);
}

TEST_F(FetchCredentialsTest, AsksTheContainerEndpointWithItsToken) {
    answers("GET /v2/c", kMetadataAnswer);
    files_.make_directories("/var");
    files_.write_file_atomic("/var/token", "from file\n");
    const std::string url = server_.url() + "/v2/c";
    EXPECT_EQ(fetch({ContainerEndpoint{url, Secret("from variable"), ""}}), kLent);
    EXPECT_EQ(fetch({ContainerEndpoint{url, Secret("from variable"), "/var/token"}}), kLent);
    EXPECT_EQ(net::find_header(request(0).headers, "Authorization"), "from variable");
    EXPECT_EQ(net::find_header(request(1).headers, "Authorization"), "from file");
    EXPECT_THAT(
        failure({ContainerEndpoint{"http://192.0.2.1/c", Secret("t"), ""}}),
        HasSubstr("is neither https nor a place of AWS")
    );
}

TEST_F(FetchCredentialsTest, AsksTheInstanceByVersionTwoOnly) {
    EXPECT_EQ(fetch({InstanceRole{server_.url()}}), std::nullopt) << "no metadata, no keys";
    answers("PUT /latest/api/token", "tok");
    answers("GET /latest/meta-data/iam/security-credentials/", "builder\n");
    answers("GET /latest/meta-data/iam/security-credentials/builder", kMetadataAnswer);
    EXPECT_EQ(fetch({InstanceRole{server_.url()}}), kLent);
    EXPECT_EQ(net::find_header(request(3).headers, "X-aws-ec2-metadata-token"), "tok");
}

TEST_F(FetchCredentialsTest, SaysWhatItAskedWhenNobodyHasKeys) {
    try {
        fetch_first({{InstanceRole{server_.url()}}}, world_, {});
        FAIL() << "there were keys";
    } catch (const Error& error) {
        EXPECT_EQ(
            error.message(),
            "there are no AWS credentials; asked the instance role, by " + server_.url()
        );
    }
}

}  // namespace
}  // namespace kiln::aws
