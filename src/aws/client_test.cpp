#include "aws/client.hpp"

#include "aws/testing/scripted_service.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const HttpResponse kFine{200, {}, "<ok/>"};

/// The real transport against a real server, which gives the answers of a list and then kFine.
class ClientTest : public ::testing::Test {
protected:
    CallOutcome send(Repeat repeat) {
        return client_.send(
            query_call(Service::ec2, "CreateImage", {{"Name", "a b"}}, repeat), "us-east-1", {}
        );
    }
    static std::string code_of(const CallOutcome& outcome) {
        const auto* error = std::get_if<ServiceError>(&outcome);
        return error == nullptr ? "fine" : error->code;
    }
    ScriptedService ec2_{kFine};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    int renewals_ = 0;
    Client client_{
        transport_,
        clock_,
        [] { return 0.5; },
        ec2_.endpoints(),
        [this](bool renew, std::stop_token) {
            renewals_ += renew ? 1 : 0;
            return Credentials{"AKID", Secret("s"), Secret(), std::nullopt};
        }};
};

TEST_F(ClientTest, SendsASignedForm) {
    EXPECT_EQ(code_of(send(Repeat::safe)), "fine");
    const HttpRequest seen = ec2_.seen().at(0).request;
    EXPECT_EQ(seen.body, "Action=CreateImage&Version=2016-11-15&Name=a%20b");
    EXPECT_THAT(
        net::find_header(seen.headers, "Authorization").value_or(""),
        HasSubstr("Credential=AKID/20240102/us-east-1/ec2/aws4_request, "
                  "SignedHeaders=content-type;host;x-amz-date, ")
    );
}

TEST_F(ClientTest, RepeatsWhatFailsOnTheWayAfterAWait) {
    ec2_.answers = {
        ScriptedService::lost(),
        ScriptedService::error(500, "InternalError"),
        ScriptedService::error(503, "ServiceUnavailable")};
    EXPECT_EQ(code_of(send(Repeat::safe)), "fine");
    EXPECT_EQ(ec2_.seen().size(), 4U);
    EXPECT_EQ(clock_.elapsed(), 50ms + 100ms + 200ms);
}

/// Says yes to everything, and sends nothing.
class AgreeingTransport final : public net::HttpTransport {
public:
    net::HttpOutcome send(const HttpRequest&, std::stop_token) override { return kFine; }
};

TEST_F(ClientTest, WaitsItsTurnAtAmazonsOwnHostsOnly) {
    const ServiceCall launch = query_call(Service::ec2, "RunInstances", {}, Repeat::safe);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(code_of(client_.send(launch, "us-east-1", {})), "fine");
    }
    EXPECT_EQ(clock_.elapsed(), 0s);

    AgreeingTransport transport;
    Client amazon(transport, clock_, [] { return 0.5; }, {}, {});
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(code_of(amazon.send(launch, "us-east-1", {})), "fine");
    }
    EXPECT_GT(clock_.elapsed(), 2s);
}

TEST_F(ClientTest, GivesUpWithTheLastError) {
    ec2_.answers = std::deque<HttpResponse>(9, ScriptedService::error(503, "Unavailable"));
    EXPECT_EQ(code_of(send(Repeat::safe)), "Unavailable");
    EXPECT_EQ(ec2_.seen().size(), 5U);
}

TEST_F(ClientTest, NeverRepeatsAnUnsafeCallThatMayHaveHappened) {
    ec2_.answers = {ScriptedService::lost()};
    const CallOutcome lost = send(Repeat::unsafe);
    EXPECT_TRUE(std::get<ServiceError>(lost).may_have_happened);
    EXPECT_EQ(ec2_.seen().size(), 1U);

    ec2_.answers = {ScriptedService::error(500, "InternalError")};
    EXPECT_EQ(code_of(send(Repeat::unsafe)), "InternalError");
    EXPECT_EQ(ec2_.seen().size(), 2U);

    ec2_.answers = {ScriptedService::error(503, "RequestLimitExceeded")};
    EXPECT_EQ(code_of(send(Repeat::unsafe)), "fine") << "a throttled call had no effect";
}

TEST_F(ClientTest, FetchesNewKeysOnceWhenTheOldOnesAreNotBelieved) {
    ec2_.answers = {ScriptedService::error(403, "ExpiredToken")};
    EXPECT_EQ(code_of(send(Repeat::unsafe)), "fine");
    EXPECT_EQ(renewals_, 1);

    ec2_.answers = {
        ScriptedService::error(403, "AuthFailure"), ScriptedService::error(403, "AuthFailure")};
    EXPECT_EQ(code_of(send(Repeat::safe)), "AuthFailure");
    EXPECT_EQ(renewals_, 2);
}

TEST_F(ClientTest, PutsAWrongClockRight) {
    HttpResponse skewed = ScriptedService::error(403, "RequestExpired");
    skewed.headers = {{"Date", "Tue, 02 Jan 2024 04:04:05 GMT"}};  // the fake clock plus an hour
    ec2_.answers = {skewed};
    EXPECT_EQ(code_of(send(Repeat::safe)), "fine");
    EXPECT_EQ(client_.clock_offset(), 1h);
    EXPECT_EQ(renewals_, 0);
    const auto stamp = [this](std::size_t i) {
        return net::find_header(ec2_.seen().at(i).request.headers, "X-Amz-Date").value_or("");
    };
    EXPECT_EQ(stamp(0), "20240102T030405Z");
    EXPECT_EQ(stamp(1), "20240102T040405Z");
}

TEST_F(ClientTest, DoesNotRepeatWhatIsRefused) {
    ec2_.answers = {ScriptedService::error(400, "InvalidAMIID.NotFound")};
    try {
        client_.send_or_throw(
            query_call(Service::ec2, "DescribeImages", {}, Repeat::safe), "us-east-1", {}
        );
        FAIL() << "it was answered";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_EQ(error.message(), "DescribeImages: InvalidAMIID.NotFound: m (request r-9)");
    }
    EXPECT_EQ(ec2_.seen().size(), 1U);
}

TEST_F(ClientTest, StopsInTheMiddleOfAWait) {
    std::stop_source stop;
    stop.request_stop();
    ec2_.answers = {ScriptedService::error(503, "RequestLimitExceeded")};
    try {
        client_.send(
            query_call(Service::ec2, "DescribeImages", {}, Repeat::safe), "r-x-1", stop.get_token()
        );
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

}  // namespace
}  // namespace kiln::aws
