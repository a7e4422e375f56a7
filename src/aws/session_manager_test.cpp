#include "aws/session_manager.hpp"

#include "aws/testing/scripted_service.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

class SessionManagerTest : public ::testing::Test {
protected:
    std::variant<PortSession, ServiceError> start() {
        return start_port_session(client_, "eu-west-1", {"i-1", 22, 8022}, {});
    }

    ScriptedService service_{{400, {}, R"({"__type": "TestHasNoMoreAnswers"})"}};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    Client client_{transport_, clock_, [] { return 0.5; }, service_.endpoints(), nullptr};
};

TEST_F(SessionManagerTest, AsksForATunnelAndKeepsTheTokenToItself) {
    service_.answers = {
        {200, {}, R"({"SessionId": "s-1", "TokenValue": "t", "StreamUrl": "wss://x", "More": 1})"}};
    const std::string request =
        R"({"Target":"i-1","DocumentName":"AWS-StartPortForwardingSession","Parameters":)"
        R"({"portNumber":["22"],"localPortNumber":["8022"]}})";
    const auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<PortSession>(outcome));
    EXPECT_EQ(
        std::get<PortSession>(outcome),
        (PortSession{
            "s-1",
            request,
            Secret(R"({"SessionId":"s-1","TokenValue":"t","StreamUrl":"wss://x"})"),
            Secret("t")})
    );
    EXPECT_EQ(service_.seen().at(0).request.body, request);
}

TEST_F(SessionManagerTest, IsNotAskedTwiceWhenAnAnswerGetsLost) {
    service_.answers = {ScriptedService::lost()};
    const auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<ServiceError>(outcome));
    EXPECT_TRUE(std::get<ServiceError>(outcome).may_have_happened);
    EXPECT_EQ(service_.seen().size(), 1U);
}

TEST_F(SessionManagerTest, SaysThatTheInstanceHasNotCalledYet) {
    service_.answers = {
        {400, {}, R"({"__type": "TargetNotConnected", "message": "i-1 is not connected."})"}};
    EXPECT_EQ(std::get<ServiceError>(start()).code, "TargetNotConnected");
}

TEST_F(SessionManagerTest, ShowsNoAnswerThatItDoesNotUnderstand) {
    service_.answers = {{200, {}, R"({"SessionId": "s-1", "TokenValue": "t"})"}};
    try {
        start();
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "StartSession: the answer holds no session");
    }
}

TEST_F(SessionManagerTest, EndsASession) {
    service_.answers = {{200, {}, R"({"SessionId": "s-1"})"}};
    terminate_session(client_, "eu-west-1", "s-1", {});
    EXPECT_EQ(service_.seen().at(0).request.body, R"({"SessionId":"s-1"})");
}

}  // namespace
}  // namespace kiln::aws
