#include "aws/service_error.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using namespace std::chrono_literals;

ServiceError read(int status, std::string body, net::Headers headers = {}) {
    return read_service_error(net::HttpResponse{status, std::move(headers), std::move(body)});
}

TEST(ReadServiceError, ReadsWhatEachProtocolSends) {
    ServiceError want;
    want.code = "InvalidAMIID.NotFound";
    want.message = "The image id '[ami-1]' does not exist";
    want.request_id = "r-1";
    want.status = 400;
    EXPECT_EQ(
        read(
            400,
            "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>InvalidAMIID.NotFound</Code>"
            "<Message>The image id '[ami-1]' does not exist</Message></Error></Errors>"
            "<RequestID>r-1</RequestID></Response>"
        ),
        want
    );

    want = {};
    want.code = "ExpiredToken";
    want.message = "expired";
    want.request_id = "r-2";
    want.status = 403;
    want.service_time = std::chrono::sys_days{std::chrono::year{2015} / 8 / 30} + 12h + 36min;
    EXPECT_EQ(
        read(
            403,
            "<e:ErrorResponse xmlns:e=\"urn:x\"><e:Error><e:Type>Sender</e:Type>"
            "<e:Code>ExpiredToken</e:Code><e:Message>expired</e:Message></e:Error>"
            "<e:RequestId>r-2</e:RequestId></e:ErrorResponse>",
            {{"Date", "Sun, 30 Aug 2015 12:36:00 GMT"}}
        ),
        want
    );

    want = {};
    want.code = "ParameterNotFound";
    want.message = "gone";
    want.request_id = "r-3";
    want.status = 400;
    want.retry_after = 1500ms;
    EXPECT_EQ(
        read(
            400,
            R"({"__type":"com.amazonaws.ssm#ParameterNotFound","message":"gone"})",
            {{"x-amzn-RequestId", "r-3"}, {"x-amz-retry-after", "1500"}}
        ),
        want
    );

    want = {};
    want.code = "ValidationException";
    want.message = "bad";
    want.status = 400;
    EXPECT_EQ(
        read(400, R"({"Message":"bad"})", {{"x-amzn-ErrorType", "ValidationException:http://x"}}),
        want
    );

    want = {};
    want.code = "HTTP502";
    want.message = "Bad Gateway \xEF\xBF\xBD";
    want.status = 502;
    want.may_have_happened = true;
    EXPECT_EQ(read(502, " Bad Gateway \xff "), want);
}

struct ClassCase {
    const char* code;
    int status;
    ErrorClass want;
};
constexpr ClassCase kClasses[] = {
    {"RequestLimitExceeded", 503, ErrorClass::throttled},
    {"HTTP429", 429, ErrorClass::throttled},
    {"InternalError", 500, ErrorClass::transient},
    {"HTTP503", 503, ErrorClass::transient},
    {"", 0, ErrorClass::transient},
    {"RequestExpired", 400, ErrorClass::credentials},
    {"SignatureDoesNotMatch", 403, ErrorClass::credentials},
    {"UnauthorizedOperation", 403, ErrorClass::terminal},
    {"InvalidAMIID.NotFound", 400, ErrorClass::terminal},
    {"InsufficientInstanceCapacity", 500, ErrorClass::terminal},
    {"VcpuLimitExceeded", 400, ErrorClass::terminal}};

TEST(Classify, SaysWhatAskingAgainIsGoodFor) {
    for (const ClassCase& c : kClasses) {
        SCOPED_TRACE(c.code);
        ServiceError error;
        error.code = c.code;
        error.status = c.status;
        EXPECT_EQ(classify(error), c.want);
    }
}

TEST(ToError, NamesActionCodeAndRequest) {
    ServiceError error;
    error.code = "InvalidAMIID.NotFound";
    error.message = "no such image";
    error.request_id = "r-1";
    error.status = 400;
    const Error found = to_error(error, "DescribeImages");
    EXPECT_EQ(
        found.message(), "DescribeImages: InvalidAMIID.NotFound: no such image (request r-1)"
    );
    EXPECT_EQ(found.kind(), ErrorKind::not_found);

    const Error lost = to_error(
        read_service_error(net::TransportFailure{"asking http://h: refused", false, false}),
        "StopInstances"
    );
    EXPECT_EQ(lost.message(), "StopInstances: asking http://h: refused");
    EXPECT_EQ(lost.kind(), ErrorKind::network);
}

}  // namespace
}  // namespace kiln::aws
