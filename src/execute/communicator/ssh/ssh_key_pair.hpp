#pragma once

#include "base/secret.hpp"

#include <string>

namespace kiln::exec {

/// A pair of keys that lives in memory only.
struct SshKeyPair {
    Secret private_key;  ///< OpenSSH's form (ed25519) or PEM (rsa), with its BEGIN and END lines
    std::string public_key;  ///< "ssh-ed25519 AAAA...", without a comment

    bool operator==(const SshKeyPair&) const = default;
};

enum class SshKeyType { ed25519, rsa };

/// A new pair; `bits` are of rsa.
SshKeyPair make_ssh_key_pair(SshKeyType type = SshKeyType::ed25519, int bits = 4096);

}  // namespace kiln::exec
