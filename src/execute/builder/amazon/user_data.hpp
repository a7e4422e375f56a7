#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace kiln::exec {

/// What kiln has the instance told besides the template's own user data.
struct OwnUserData {
    std::string host_private_key;     ///< the text of an ed25519 key in OpenSSH's form
    std::string host_public_key;      ///< "ssh-ed25519 AAAA..."
    std::chrono::minutes longest{0};  ///< the instance powers itself off after this; 0: never
};

/// Whether the template's user data is of a kind that other parts can be added to: nothing at all,
/// a script, a cloud-config, or MIME. Anything else (compressed, Windows', a Bottlerocket or
/// Ignition config) is passed on as it is.
bool can_be_joined(std::string_view user_data);

/// One multi-part message (RFC 2046) with the template's parts and kiln's own: a cloud-config that
/// gives the SSH server its host key, and a boot hook with the timer. cloud-init acts on each.
/// (cloud-init documentation, "User data formats".)
std::string join_user_data(std::string_view of_template, const OwnUserData& own);

/// EC2 wants it in base64 and takes at most 16 KiB before that. What is valid base64 already is
/// taken to be encoded, as Packer does. Error{input} when it is too long.
std::string encode_user_data(const std::string& text);

}  // namespace kiln::exec
