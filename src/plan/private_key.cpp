#include "plan/private_key.hpp"

#include "base/base64.hpp"
#include "base/strings.hpp"

#include <optional>

namespace kiln::plan {

namespace {

constexpr const char* kLocked = "it is locked with a passphrase";

// OpenSSH's PROTOCOL.key: "openssh-key-v1", a zero, then the name of the cipher as a string of SSH
// (four bytes of length, text).
bool is_locked_openssh_key(std::string_view base64) {
    constexpr std::string_view kUnlocked("openssh-key-v1\0\0\0\0\4none", 23);
    const std::optional<std::string> bytes =
        decode_base64(replace_all(std::string(base64), "\n", ""));
    return bytes && !bytes->starts_with(kUnlocked);
}

}  // namespace

std::string private_key_problem(std::string_view text) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    constexpr std::string_view kEnd = "PRIVATE KEY-----\n";
    const std::string unix_text = replace_all(std::string(text), "\r\n", "\n");
    const std::string_view pem = unix_text;
    const std::size_t begin = pem.find(kBegin);
    const std::size_t end = begin == std::string_view::npos ? begin : pem.find(kEnd, begin);
    if (end == std::string_view::npos) {
        return "it is no private key";
    }
    const std::string_view kind = pem.substr(begin + kBegin.size(), end - begin - kBegin.size());
    const std::string_view rest = pem.substr(end + kEnd.size());
    const std::string_view body = rest.substr(0, rest.find("-----END"));
    if (kind == "ENCRYPTED " || body.find("ENCRYPTED") != std::string_view::npos ||
        (kind == "OPENSSH " && is_locked_openssh_key(body))) {
        return kLocked;
    }
    return "";
}

}  // namespace kiln::plan
