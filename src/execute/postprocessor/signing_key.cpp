#include "execute/postprocessor/signing_key.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <utility>

namespace kiln::exec {

namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeDigestContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

struct Passphrase {
    const std::optional<std::string>& given;
    bool was_asked = false;
};

// pem_password_cb: how long it is, or -1.
int tell_passphrase(char* buffer, int size, int /*for_writing*/, void* self) {
    auto& passphrase = *static_cast<Passphrase*>(self);
    passphrase.was_asked = true;
    if (!passphrase.given || passphrase.given->size() > static_cast<std::size_t>(size)) {
        return -1;
    }
    std::copy(passphrase.given->begin(), passphrase.given->end(), buffer);
    return static_cast<int>(passphrase.given->size());
}

bool is_p256(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    return EVP_PKEY_get_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           std::string_view(group.data(), length) == "prime256v1";
}

Error failure_of_signing() {
    const unsigned long code = ERR_get_error();
    const char* reason = ERR_reason_error_string(code);
    return {
        ErrorKind::io, std::string("signing: ") + (reason != nullptr ? reason : "OpenSSL failed")};
}

}  // namespace

struct SigningKey::State {
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{nullptr, &EVP_PKEY_free};
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::read(
    std::string_view pem, const std::optional<std::string>& password, const std::string& shown
) {
    const std::unique_ptr<BIO, FreeBio> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))
    );
    Passphrase passphrase{password};
    auto state = std::make_unique<State>();
    state->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &tell_passphrase, &passphrase));
    ERR_clear_error();
    if (!state->key && passphrase.was_asked && !password) {
        throw Error(ErrorKind::input, "the key " + shown + " is locked with a passphrase")
            .set_hint("give key_password, from a variable that is sensitive");
    }
    if (!state->key && passphrase.was_asked) {
        throw Error(ErrorKind::input, "key_password does not open the key " + shown);
    }
    if (!state->key) {
        throw Error(ErrorKind::input, shown + " is no private key in PEM")
            .set_hint("`openssl genpkey -algorithm ed25519 -out FILE` makes one");
    }
    if (EVP_PKEY_get_id(state->key.get()) != EVP_PKEY_ED25519 && !is_p256(state->key.get())) {
        const char* kind = EVP_PKEY_get0_type_name(state->key.get());
        throw Error(
            ErrorKind::input,
            "the key " + shown + " is one of " + (kind != nullptr ? kind : "an unknown kind") +
                ", " + std::to_string(EVP_PKEY_get_bits(state->key.get())) +
                " bits; statements are signed with ed25519 or ECDSA on P-256"
        )
            .set_hint("`openssl genpkey -algorithm ed25519 -out FILE` makes one");
    }
    return SigningKey(std::move(state));
}

std::string SigningKey::id() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(state_->key.get(), &der);
    if (size <= 0) {
        throw failure_of_signing();
    }
    const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return sha256_hex(bytes);
}

std::string SigningKey::sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, FreeDigestContext> context(EVP_MD_CTX_new());
    // ed25519 has its own digest.
    const EVP_MD* digest =
        EVP_PKEY_get_id(state_->key.get()) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, state_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) != 1) {
        throw failure_of_signing();
    }
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), out, &size, data, bytes.size()) != 1) {
        throw failure_of_signing();
    }
    signature.resize(size);
    return signature;
}

}  // namespace kiln::exec
