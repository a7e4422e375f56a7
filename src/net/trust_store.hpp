#pragma once

#include <curl/curl.h>
#include <mutex>

namespace kiln::net {

/// The certificates that a transport trusts, read once for all of its connections. libcurl by
/// itself reads the file anew for each, and each keeps what it has read: of a system's 144
/// authorities that is a MiB and some 35 ms of CPU, a hundred times for an upload that has a
/// hundred requests in flight. Only where libcurl speaks TLS by OpenSSL 3; elsewhere it does as it
/// does.
class TrustStore {
public:
    TrustStore() = default;
    ~TrustStore();
    TrustStore(const TrustStore&) = delete;
    TrustStore& operator=(const TrustStore&) = delete;

    /// Of a handle whose options are set: its connections trust what the first one has read.
    void use_for(CURL* handle);

private:
    static CURLcode on_context(CURL* handle, void* context, void* self);

    std::mutex mutex_;
    void* store_ = nullptr;  ///< X509_STORE of the OpenSSL that libcurl has loaded
};

}  // namespace kiln::net
