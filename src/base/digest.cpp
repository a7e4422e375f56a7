#include "base/digest.hpp"

#include "base/error.hpp"

#include <cstdint>
#include <openssl/evp.h>
#include <utility>

namespace kiln {

namespace {

const EVP_MD* evp_of(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::md5:
            return EVP_md5();
        case DigestAlgorithm::sha1:
            return EVP_sha1();
        case DigestAlgorithm::sha224:
            return EVP_sha224();
        case DigestAlgorithm::sha256:
            return EVP_sha256();
        case DigestAlgorithm::sha384:
            return EVP_sha384();
        case DigestAlgorithm::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

}  // namespace

struct Digest::State {
    State() : context(EVP_MD_CTX_new()) {}
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    EVP_MD_CTX* context;
};

Digest::Digest(DigestAlgorithm algorithm) : state_(std::make_unique<State>()) {
    // Fails where the host's policy forbids an algorithm (md5 under FIPS).
    if (EVP_DigestInit_ex(state_->context, evp_of(algorithm), nullptr) != 1) {
        throw Error(ErrorKind::unsupported, "this host's OpenSSL refuses the digest algorithm");
    }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

Digest& Digest::update(std::string_view bytes) {
    return update(bytes.data(), bytes.size());
}

Digest& Digest::update(const void* data, std::size_t size) {
    EVP_DigestUpdate(state_->context, data, size);
    return *this;
}

Digest& Digest::field(std::string_view bytes) {
    const std::uint64_t size = bytes.size();
    return update(&size, sizeof size).update(bytes);
}

std::string Digest::finish_bytes() {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()), &length);
    out.resize(length);
    return out;
}

std::string Digest::finish_hex() {
    return to_hex(finish_bytes());
}

std::string sha256_hex(std::string_view bytes) {
    return Digest().update(bytes).finish_hex();
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
    return out;
}

}  // namespace kiln
