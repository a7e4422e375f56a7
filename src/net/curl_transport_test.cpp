#include "net/curl_transport.hpp"

#include "base/error.hpp"
#include "net/testing/loopback_server.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <thread>

namespace kiln::net {
namespace {

using ::testing::HasSubstr;
using testing::LoopbackServer;
using namespace std::chrono_literals;

HttpRequest request_to(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return request;
}

std::optional<HttpResponse> hello(const HttpRequest&) {
    return HttpResponse{200, {{"X-Amzn-RequestId", "r-1"}}, "hello"};
}

TEST(CurlTransport, SendsWhatItIsGivenAndReturnsTheAnswer) {
    LoopbackServer server(hello);
    CurlTransport transport;
    HttpRequest request = request_to(server.url() + "/a/b?x=1&y");
    request.method = "PUT";
    request.headers = {{"X-Amz-Date", "20150830T123600Z"}, {"X-Empty", ""}};
    request.body = std::string("\0binary\xff", 8);

    const HttpOutcome outcome = transport.send(request, {});

    const auto& response = std::get<HttpResponse>(outcome);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
    EXPECT_EQ(find_header(response.headers, "x-amzn-requestid"), "r-1");
    ASSERT_EQ(server.seen().size(), 1U);
    const HttpRequest seen = server.seen()[0].request;
    EXPECT_EQ(seen.method, "PUT");
    EXPECT_EQ(seen.url, "/a/b?x=1&y");
    EXPECT_EQ(seen.body, request.body);
    EXPECT_EQ(find_header(seen.headers, "x-amz-date"), "20150830T123600Z");
    EXPECT_EQ(find_header(seen.headers, "x-empty"), "");
    EXPECT_EQ(find_header(seen.headers, "content-type"), std::nullopt);
    EXPECT_EQ(find_header(seen.headers, "expect"), std::nullopt);
}

/// Letters that tell where in the body they are.
class LetterBody final : public BodySource {
public:
    explicit LetterBody(std::int64_t readable_bytes = kSize) : readable_bytes_(readable_bytes) {}
    static constexpr std::int64_t kSize = 300'000;

    std::int64_t size_bytes() const override { return kSize; }
    void read(std::int64_t offset_bytes, std::span<char> piece) const override {
        for (char& letter : piece) {
            if (offset_bytes >= readable_bytes_) {
                throw Error(ErrorKind::io, "the disk is broken");
            }
            letter = static_cast<char>('a' + offset_bytes++ % 23);
        }
    }
    std::string text() const {
        std::string all(kSize, ' ');
        read(0, all);
        return all;
    }

private:
    std::int64_t readable_bytes_;
};

TEST(CurlTransport, ReadsABodyWhileItIsSentAndFromItsBeginningWhenItIsSentAgain) {
    int requests = 0;
    LoopbackServer server([&](const HttpRequest&) -> std::optional<HttpResponse> {
        return ++requests == 2 ? std::nullopt : std::optional(HttpResponse{201, {}, ""});
    });
    CurlTransport transport;
    const LetterBody body;
    HttpRequest request = request_to(server.url() + "/block");
    request.method = "PUT";
    request.outside_body = &body;
    for (int i = 0; i < 2; ++i) {  // the second one over a connection that closes
        EXPECT_EQ(std::get<HttpResponse>(transport.send(request, {})).status, 201);
    }
    ASSERT_EQ(server.seen().size(), 3U);
    for (const auto& seen : server.seen()) {
        EXPECT_EQ(seen.request.method, "PUT");
        EXPECT_EQ(seen.request.body, body.text());
        EXPECT_EQ(find_header(seen.request.headers, "expect"), std::nullopt);
        EXPECT_EQ(find_header(seen.request.headers, "transfer-encoding"), std::nullopt);
    }
    EXPECT_EQ(server.seen()[2].connection, 1);
}

TEST(CurlTransport, EndsWithWhatABodyThrows) {
    LoopbackServer server(hello);
    const LetterBody body(200'000);
    HttpRequest request = request_to(server.url() + "/block");
    request.method = "PUT";
    request.outside_body = &body;
    try {
        CurlTransport().send(request, {});
        FAIL() << "it was sent";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "the disk is broken");
    }
}

TEST(CurlTransport, UsesAConnectionAgain) {
    LoopbackServer server(hello);
    CurlTransport transport;
    for (int i = 0; i < 3; ++i) {
        transport.send(request_to(server.url() + "/"), {});
    }
    ASSERT_EQ(server.seen().size(), 3U);
    EXPECT_EQ(server.seen()[2].connection, 0);
}

TEST(CurlTransport, ServesSeveralThreadsAtOnce) {
    LoopbackServer server(hello);
    CurlTransport transport;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 20; ++k) {
                transport.send(request_to(server.url() + "/"), {});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(server.seen().size(), 160U);
}

TEST(CurlTransport, TellsARefusedConnectionFromALostAnswer) {
    std::string gone;
    {
        LoopbackServer server(hello);
        gone = server.url();
    }
    CurlTransport transport;
    const auto refused = std::get<TransportFailure>(transport.send(request_to(gone + "/"), {}));
    EXPECT_THAT(refused.message, HasSubstr("asking " + gone + "/: "));
    EXPECT_FALSE(refused.may_have_arrived);
    EXPECT_FALSE(refused.timed_out);

    LoopbackServer dying([](const HttpRequest&) { return std::nullopt; });
    HttpRequest request = request_to(dying.url() + "/");
    request.method = "POST";
    request.body = "Action=RunInstances";
    const auto lost = std::get<TransportFailure>(transport.send(request, {}));
    EXPECT_TRUE(lost.may_have_arrived);
    EXPECT_EQ(dying.seen().size(), 1U) << "a request that may have had an effect was sent again";
}

TEST(CurlTransport, SendsOnceOverAFreshConnectionThoughAnOldOneWouldServe) {
    LoopbackServer server([](const HttpRequest& request) -> std::optional<HttpResponse> {
        return request.url == "/first" ? std::optional(HttpResponse{200, {}, ""}) : std::nullopt;
    });
    CurlTransport transport;
    transport.send(request_to(server.url() + "/first"), {});
    HttpRequest request = request_to(server.url() + "/create");
    request.fresh_connection = true;
    EXPECT_TRUE(std::get<TransportFailure>(transport.send(request, {})).may_have_arrived);
    ASSERT_EQ(server.seen().size(), 2U);
    EXPECT_EQ(server.seen()[1].connection, 1);
}

TEST(CurlTransport, GivesUpAfterTheTimeout) {
    std::stop_source end;
    LoopbackServer server([&end](const HttpRequest&) {
        while (!end.stop_requested()) {
            std::this_thread::sleep_for(1ms);
        }
        return std::nullopt;
    });
    HttpRequest request = request_to(server.url() + "/");
    request.timeout = 50ms;
    const auto failure = std::get<TransportFailure>(CurlTransport().send(request, {}));
    end.request_stop();
    EXPECT_TRUE(failure.timed_out);
    EXPECT_TRUE(failure.may_have_arrived);
}

TEST(CurlTransport, StopsWhenToldTo) {
    std::stop_source stop;
    LoopbackServer server([&stop](const HttpRequest&) {
        stop.request_stop();
        std::this_thread::sleep_for(50ms);
        return std::nullopt;
    });
    CurlTransport transport;
    try {
        transport.send(request_to(server.url() + "/"), stop.get_token());
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

TEST(CurlTransport, DoesNotFollowARedirect) {
    LoopbackServer server([](const HttpRequest&) {
        return HttpResponse{302, {{"Location", "/elsewhere"}}, ""};
    });
    const auto response =
        std::get<HttpResponse>(CurlTransport().send(request_to(server.url() + "/"), {}));
    EXPECT_EQ(response.status, 302);
    EXPECT_EQ(server.seen().size(), 1U);
}

TEST(CurlTransport, RefusesOtherProtocols) {
    for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://[bad/"}) {
        SCOPED_TRACE(url);
        try {
            CurlTransport().send(request_to(url), {});
            ADD_FAILURE() << "it was asked";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_THAT(error.message(), HasSubstr(url));
        }
    }
}

}  // namespace
}  // namespace kiln::net
