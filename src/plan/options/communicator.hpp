#pragma once

#include "plan/option_table.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// The key pair that is made for a build.
struct TemporaryKeyOptions {
    std::optional<std::string> temporary_key_pair_name;
    std::optional<std::string> temporary_key_pair_type;
    std::int64_t temporary_key_pair_bits = 0;

    bool operator==(const TemporaryKeyOptions&) const = default;

    static const OptionTable& options();
};

/// How kiln reaches a machine over SSH.
struct SshOptions {
    std::optional<std::string> ssh_host;
    std::int64_t ssh_port = 22;
    std::optional<std::string> ssh_username;
    std::optional<std::string> ssh_password;
    std::optional<std::string> ssh_private_key_file;
    std::optional<std::string> ssh_certificate_file;
    std::optional<std::string> ssh_keypair_name;
    TemporaryKeyOptions temporary_key;
    bool ssh_agent_auth = false;
    std::optional<bool> ssh_disable_agent_forwarding;  ///< not given: kiln does not forward it
    bool ssh_clear_authorized_keys = false;
    std::chrono::nanoseconds ssh_timeout = std::chrono::minutes(5);
    std::chrono::nanoseconds ssh_wait_timeout{0};
    std::int64_t ssh_handshake_attempts = 10;
    bool ssh_pty = false;
    std::vector<std::string> ssh_ciphers;
    std::vector<std::string> ssh_key_exchange_algorithms;
    std::chrono::nanoseconds ssh_keep_alive_interval = std::chrono::seconds(5);
    std::chrono::nanoseconds ssh_read_write_timeout{0};
    std::string ssh_file_transfer_method = "scp";
    std::optional<std::string> ssh_bastion_host;
    std::int64_t ssh_bastion_port = 22;
    std::optional<std::string> ssh_bastion_username;
    std::optional<std::string> ssh_bastion_password;
    bool ssh_bastion_interactive = false;
    std::optional<std::string> ssh_bastion_private_key_file;
    std::optional<std::string> ssh_bastion_certificate_file;
    bool ssh_bastion_agent_auth = false;
    std::optional<std::string> ssh_proxy_host;
    std::int64_t ssh_proxy_port = 1080;
    std::optional<std::string> ssh_proxy_username;
    std::optional<std::string> ssh_proxy_password;
    std::vector<std::string> ssh_remote_tunnels;
    std::vector<std::string> ssh_local_tunnels;
    std::vector<std::int64_t> ssh_public_key;
    std::vector<std::int64_t> ssh_private_key;

    bool operator==(const SshOptions&) const = default;

    static const OptionTable& options();
};

/// How Packer reaches Windows; kiln decodes these and does not use them.
struct WinrmOptions {
    std::optional<std::string> winrm_username;
    std::optional<std::string> winrm_password;
    std::optional<std::string> winrm_host;
    bool winrm_no_proxy = false;
    std::int64_t winrm_port = 0;
    std::chrono::nanoseconds winrm_timeout = std::chrono::minutes(30);
    bool winrm_use_ssl = false;
    bool winrm_insecure = false;
    bool winrm_use_ntlm = false;

    bool operator==(const WinrmOptions&) const = default;

    static const OptionTable& options();
};

/// How the machine that a builder makes is reached.
struct CommunicatorOptions {
    /// "ssh", "none", "winrm" (which kiln refuses to run), "docker" with the docker builder only.
    std::string communicator = "ssh";
    std::chrono::nanoseconds pause_before_connecting{0};
    SshOptions ssh;
    WinrmOptions winrm;

    bool operator==(const CommunicatorOptions&) const = default;

    static const OptionTable& options();
    /// Why kiln can not reach a machine so, or "".
    std::string obstacle() const;
};

}  // namespace kiln::plan
