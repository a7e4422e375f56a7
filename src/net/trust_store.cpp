#include "net/trust_store.hpp"

#include "base/error.hpp"
#include "net/libcurl.hpp"
#include "sys/shared_library.hpp"

#include <optional>
#include <string_view>

namespace kiln::net {

namespace {

/// Of the OpenSSL that libcurl is linked with. kiln's own may be another one, so that no type of
/// its headers is named.
struct OpenSsl {
    void* (*context_store)(const void* context);
    void (*share_store)(void* context, void* store);
    int (*keep_store)(void* store);
    void (*drop_store)(void* store);
};

std::optional<OpenSsl> load_openssl() {
    const char* const speaks = libcurl().version_info(CURLVERSION_NOW)->ssl_version;
    if (speaks == nullptr || !std::string_view(speaks).starts_with("OpenSSL/3.")) {
        return std::nullopt;
    }
    try {
        const sys::SharedLibrary ssl("libssl.so.3", "it comes with libcurl4");
        const sys::SharedLibrary crypto("libcrypto.so.3", "it comes with libcurl4");
        return OpenSsl{
            ssl.function<decltype(OpenSsl::context_store)>("SSL_CTX_get_cert_store"),
            ssl.function<decltype(OpenSsl::share_store)>("SSL_CTX_set1_cert_store"),
            crypto.function<decltype(OpenSsl::keep_store)>("X509_STORE_up_ref"),
            crypto.function<decltype(OpenSsl::drop_store)>("X509_STORE_free")};
    } catch (const Error&) {
        return std::nullopt;  // a libcurl that has its OpenSSL in itself
    }
}

const std::optional<OpenSsl>& openssl() {
    static const std::optional<OpenSsl> functions = load_openssl();
    return functions;
}

}  // namespace

TrustStore::~TrustStore() {
    if (store_ != nullptr) {
        openssl()->drop_store(store_);
    }
}

void TrustStore::use_for(CURL* handle) {
    if (!openssl()) {
        return;
    }
    libcurl().easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, &TrustStore::on_context);
    libcurl().easy_setopt(handle, CURLOPT_SSL_CTX_DATA, this);
    const std::lock_guard lock(mutex_);
    if (store_ != nullptr) {
        libcurl().easy_setopt(handle, CURLOPT_CAINFO, nullptr);
        libcurl().easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
}

/// libcurl has set up the context of a new connection, and read the file if it was told to.
CURLcode TrustStore::on_context(CURL* /*handle*/, void* context, void* self) {
    auto& trust = *static_cast<TrustStore*>(self);
    const std::lock_guard lock(trust.mutex_);
    if (trust.store_ != nullptr) {
        openssl()->share_store(context, trust.store_);
    } else {
        trust.store_ = openssl()->context_store(context);
        openssl()->keep_store(trust.store_);
    }
    return CURLE_OK;
}

}  // namespace kiln::net
