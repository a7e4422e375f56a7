#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::net {

struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

/// The value of the first header of that name, whatever the case of its letters.
std::optional<std::string> find_header(const Headers& headers, std::string_view name);

/// A body that is read while it is sent, so that nothing need hold it meanwhile. Each piece may be
/// asked for again: a request over a connection that turns out to be closed begins anew.
class BodySource {
public:
    virtual ~BodySource() = default;

    virtual std::int64_t size_bytes() const = 0;
    /// Fills `piece` with what lies from `offset_bytes` on. What it throws ends the request, and
    /// goes on out of it.
    virtual void read(std::int64_t offset_bytes, std::span<char> piece) const = 0;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    /// Sent as they are, nothing is added but Host, Content-Length and what the connection needs.
    Headers headers;
    std::string body;
    /// Sent in the place of `body`; it must stay until the answer is there.
    const BodySource* outside_body = nullptr;
    std::chrono::milliseconds connect_timeout{10'000};
    /// From the first byte sent to the last one received; zero is no limit.
    std::chrono::milliseconds timeout{60'000};
    /// Not over a connection that was used before. When such a one turns out to be closed, the
    /// request is sent again by itself, and a far end that did read it would then act twice.
    bool fresh_connection = false;
    /// Answers of 3xx lead on to where they point, ten times at most; else such an answer is one.
    bool follow_redirects = false;

    bool operator==(const HttpRequest&) const = default;
};

constexpr int kHttpOk = 200;

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;

    bool operator==(const HttpResponse&) const = default;
};

/// Why no answer came. Expected, and so a value: whether to ask again is the caller's affair.
struct TransportFailure {
    std::string message;  ///< "connecting to http://127.0.0.1:9/: Connection refused"
    bool timed_out = false;
    /// The far end may have acted on the request: it was sent, at least in part.
    bool may_have_arrived = false;

    bool operator==(const TransportFailure&) const = default;
};
using HttpOutcome = std::variant<HttpResponse, TransportFailure>;

/// The door to HTTP. Safe to use from several threads at once.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;

    /// Throws Error{interrupted} on a stop, and Error{input} for an address that is none.
    virtual HttpOutcome send(const HttpRequest& request, std::stop_token stop) = 0;
};

}  // namespace kiln::net
