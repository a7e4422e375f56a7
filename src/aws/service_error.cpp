#include "aws/service_error.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string_view>

namespace kiln::aws {

namespace {

constexpr std::array kThrottled = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException"};
constexpr std::array kTransient = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "ServiceUnavailable",
    "Unavailable"};
// A ValidationException of EBS direct with one of these is none (botocore's model of the service).
constexpr std::array kTransientReasons = {"CONFLICTING_BLOCK_UPDATE", "WRITE_REQUEST_TIMEOUT"};
// Said with status 500, and true for longer than it is worth asking again in the same place.
constexpr std::array kFull = {
    "InsufficientAddressCapacity",
    "InsufficientHostCapacity",
    "InsufficientInstanceCapacity",
    "InsufficientReservedInstanceCapacity",
    "InsufficientVolumeCapacity"};
constexpr std::array kCredentials = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException"};

template <typename Codes>
bool contains(const Codes& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// "prefix#Code" and "Code:url" are spellings of "Code".
std::string bare_code(std::string code) {
    if (const auto hash = code.rfind('#'); hash != std::string::npos) {
        code.erase(0, hash + 1);
    }
    return code.substr(0, code.find(':'));
}

/// Depth first, whatever the namespace.
pugi::xml_node find_element(const pugi::xml_node& root, std::string_view name) {
    return root.find_node([name](const pugi::xml_node& node) {
        std::string_view full = node.name();
        full.remove_prefix(full.find(':') == std::string_view::npos ? 0 : full.find(':') + 1);
        return full == name;
    });
}

void read_xml(ServiceError& error, const std::string& body) {
    pugi::xml_document document;
    if (!document.load_buffer(body.data(), body.size())) {
        return;
    }
    error.code = find_element(document, "Code").text().get();
    error.message = find_element(document, "Message").text().get();
    if (error.request_id.empty()) {
        error.request_id = find_element(document, "RequestID").text().get();
    }
    if (error.request_id.empty()) {
        error.request_id = find_element(document, "RequestId").text().get();
    }
}

void read_json(ServiceError& error, const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        return;
    }
    const auto text = [&json](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? found->get<std::string>() : "";
    };
    error.message = text("message").empty() ? text("Message") : text("message");
    error.reason = text("Reason");
    for (const char* key : {"__type", "code", "Code"}) {
        error.code = error.code.empty() ? bare_code(text(key)) : error.code;
    }
}

std::optional<std::chrono::system_clock::time_point> read_http_date(const std::string& text) {
    std::tm fields{};
    const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    return std::chrono::system_clock::from_time_t(timegm(&fields));
}

}  // namespace

ServiceError read_service_error(const net::HttpResponse& response) {
    ServiceError error;
    error.status = response.status;
    error.may_have_happened = response.status >= 500;
    error.request_id = net::find_header(response.headers, "x-amzn-RequestId").value_or("");
    if (const auto type = net::find_header(response.headers, "x-amzn-ErrorType")) {
        error.code = bare_code(*type);
    }
    if (const auto date = net::find_header(response.headers, "Date")) {
        error.service_time = read_http_date(*date);
    }
    if (const auto wait = net::find_header(response.headers, "x-amz-retry-after")) {
        long milliseconds = 0;
        std::from_chars(wait->data(), wait->data() + wait->size(), milliseconds);
        error.retry_after = std::chrono::milliseconds(milliseconds);
    }
    const std::string_view body = trim(response.body);
    if (body.starts_with('<')) {
        read_xml(error, response.body);
    } else if (body.starts_with('{')) {
        read_json(error, response.body);
    }
    if (error.code.empty()) {
        error.code = "HTTP" + std::to_string(response.status);
    }
    if (error.message.empty()) {
        constexpr std::size_t kShown = 200;
        error.message = to_valid_utf8(body.substr(0, kShown));
    }
    return error;
}

ServiceError read_service_error(const net::TransportFailure& failure) {
    ServiceError error;
    error.message = failure.message;
    error.timed_out = failure.timed_out;
    error.may_have_happened = failure.may_have_arrived;
    return error;
}

ErrorClass classify(const ServiceError& error) {
    constexpr int kTooManyRequests = 429;
    constexpr int kBandwidthExceeded = 509;
    if (contains(kThrottled, error.code) || error.status == kTooManyRequests ||
        error.status == kBandwidthExceeded) {
        return ErrorClass::throttled;
    }
    if (contains(kCredentials, error.code)) {
        return ErrorClass::credentials;
    }
    if (contains(kFull, error.code)) {
        return ErrorClass::terminal;
    }
    if (contains(kTransient, error.code) || contains(kTransientReasons, error.reason) ||
        error.status == 0 || error.status >= 500) {
        return ErrorClass::transient;
    }
    return ErrorClass::terminal;
}

Error to_error(const ServiceError& error, const std::string& action) {
    if (error.status == 0) {
        return Error(
            error.timed_out ? ErrorKind::timeout : ErrorKind::network, action + ": " + error.message
        );
    }
    ErrorKind kind = ErrorKind::network;
    if (error.code == "UnauthorizedOperation" || error.code.starts_with("AccessDenied") ||
        classify(error) == ErrorClass::credentials) {
        kind = ErrorKind::permission;
    } else if (error.code.ends_with("NotFound") || error.code == "ResourceNotFoundException") {
        kind = ErrorKind::not_found;
    } else if (error.code.ends_with("Duplicate") || error.code == "ConflictException") {
        kind = ErrorKind::exists;
    } else if (error.code == "ValidationException") {
        kind = ErrorKind::input;
    }
    std::string text = action + ": " + error.code;
    text += error.reason.empty() ? "" : " (" + error.reason + ")";
    text += error.message.empty() ? "" : ": " + error.message;
    text += error.request_id.empty() ? "" : " (request " + error.request_id + ")";
    return Error(kind, text);
}

}  // namespace kiln::aws
