#pragma once

#include "net/http.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace kiln::net {

class TrustStore;

struct CurlOptions {
    /// A file of certificates in PEM form that is believed instead of the system's; "" is the
    /// system's.
    std::string ca_bundle;
    bool verify = true;  ///< whether the far end must prove who it is

    bool operator==(const CurlOptions&) const = default;
};

/// HTTP/1.1 and, over TLS, HTTP/2, by libcurl. Connections are kept and used again. Proxies come
/// from the usual variables (http_proxy, HTTPS_PROXY, NO_PROXY), which libcurl reads itself.
class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlOptions options = {});
    ~CurlTransport() override;

    HttpOutcome send(const HttpRequest& request, std::stop_token stop) override;

    /// Takes the body of an answer piece by piece, with the answer's status. An exception from it
    /// ends the transfer and goes on out.
    using BodySink = std::function<void(int status, const Headers&, std::string_view piece)>;
    /// The same, where the body may be larger than memory: it goes to `sink`, and that of the
    /// outcome is empty. At most a minute may pass without a byte.
    HttpOutcome receive(const HttpRequest& request, const BodySink& sink, std::stop_token stop);

private:
    class HandlePool;
    HttpOutcome transfer(const HttpRequest& request, const BodySink* sink, std::stop_token stop);

    CurlOptions options_;
    std::unique_ptr<TrustStore> trust_;
    std::unique_ptr<HandlePool> idle_;
};

}  // namespace kiln::net
