#pragma once

#include "net/http.hpp"

#include <memory>
#include <string>

namespace kiln::net {

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

private:
    class HandlePool;

    CurlOptions options_;
    std::unique_ptr<HandlePool> idle_;
};

}  // namespace kiln::net
