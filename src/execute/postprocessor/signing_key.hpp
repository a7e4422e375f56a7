#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::exec {

/// A private key that signs: ed25519, or ECDSA on P-256 with SHA-256.
class SigningKey {
public:
    /// Reads the text of a PEM file; `shown` names it in errors. Throws Error{input} when it is no
    /// private key, one of another kind, or locked and `password` does not open it.
    static SigningKey read(
        std::string_view pem, const std::optional<std::string>& password, const std::string& shown
    );
    ~SigningKey();
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;

    /// SHA-256 of the public key (SubjectPublicKeyInfo in DER), in hex.
    std::string id() const;
    /// The signature's bytes: of ed25519 as RFC 8032 has them, of ECDSA in DER.
    std::string sign(std::string_view bytes) const;

private:
    struct State;
    explicit SigningKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace kiln::exec
