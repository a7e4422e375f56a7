#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// Whoever answers what a server asks at the login (keyboard-interactive, RFC 4256).
class SshPerson {
public:
    virtual ~SshPerson() = default;
    /// Nothing when there is nobody, after all.
    virtual std::optional<Secret> answer(
        const std::string& question, bool answer_is_shown, const std::stop_token& stop
    ) = 0;
};

/// One machine to log in to, and as whom. Every way that is given is tried: key files, the agent,
/// the password (also where the server asks for it as a question).
struct SshLogin {
    std::string host;
    int port = 22;
    std::string username;
    Secret password;
    std::optional<std::filesystem::path> private_key_file;
    std::optional<std::filesystem::path> certificate_file;  ///< belongs to the private key
    Secret private_key;  ///< the text of a key that lives in memory only
    bool use_agent = false;
    std::shared_ptr<SshPerson> person;  ///< null: the password is the answer to every question

    bool operator==(const SshLogin&) const = default;
};

/// A SOCKS5 proxy.
struct SshProxy {
    std::string host;
    int port = 1080;
    std::string username;
    Secret password;

    bool operator==(const SshProxy&) const = default;
};

/// A port on the loopback address of one side, and where it leads to from the other.
struct SshTunnel {
    int port = 0;
    std::string host;
    int host_port = 0;

    bool operator==(const SshTunnel&) const = default;
};

enum class SshTransfer {
    stream,  ///< `cat` and `tar` at the far end; SFTP for folders where there is no tar
    sftp,
};

struct SshTarget {
    SshLogin machine;
    std::optional<SshLogin> bastion;  ///< logged in to first; the machine is dialled from there
    std::optional<SshProxy> proxy;
    /// "ssh-ed25519 AAAA...": the only key that the machine may show. "" believes the first one it
    /// shows, and from then on that one only.
    std::string host_key;
    std::vector<std::string> ciphers;        ///< empty: kiln's own choice
    std::vector<std::string> key_exchanges;  ///< the same
    std::chrono::milliseconds connect_timeout{15'000};
    std::chrono::milliseconds handshake_timeout{60'000};
    std::chrono::milliseconds keep_alive_interval{5'000};  ///< zero: none
    std::chrono::milliseconds silence_timeout{0};  ///< of a command or a transfer; zero: for ever
    bool pty = false;
    /// The socket of the SSH agent that the machine's commands may ask; "" lends none.
    std::string lent_agent;
    SshTransfer transfer = SshTransfer::stream;
    /// Folders go packed where the machine is at least so far away, there and back: a link within a
    /// data centre is faster than gzip, one across a continent is not.
    std::chrono::microseconds packs_from{5'000};
    std::vector<SshTunnel> local_tunnels;   ///< ports of this machine
    std::vector<SshTunnel> remote_tunnels;  ///< ports of the far one

    bool operator==(const SshTarget&) const = default;
};

}  // namespace kiln::exec
