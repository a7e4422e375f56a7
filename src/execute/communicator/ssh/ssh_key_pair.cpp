#include "execute/communicator/ssh/ssh_key_pair.hpp"

#include "base/error.hpp"
#include "execute/communicator/ssh/ssh_handles.hpp"

namespace kiln::exec {

namespace {

Error failure() {
    return Error(ErrorKind::unsupported, "libssh can not make a key");
}

// Takes what libssh has written.
std::string take(char* text) {
    std::string result = text;
    ssh_string_free_char(text);
    return result;
}

}  // namespace

SshKeyPair make_ssh_key_pair(SshKeyType type, int bits) {
    ssh_key made = nullptr;
    const bool is_rsa = type == SshKeyType::rsa;
    if (ssh_pki_generate(
            is_rsa ? SSH_KEYTYPE_RSA : SSH_KEYTYPE_ED25519, is_rsa ? bits : 0, &made
        ) != SSH_OK) {
        throw failure();
    }
    const SshKeyHandle key(made);
    char* text = nullptr;
    if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &text) != SSH_OK) {
        throw failure();
    }
    SshKeyPair pair;
    pair.private_key = Secret(take(text));
    if (ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK) {
        throw failure();
    }
    pair.public_key = std::string(ssh_key_type_to_char(ssh_key_type(key.get()))) + " " + take(text);
    return pair;
}

}  // namespace kiln::exec
