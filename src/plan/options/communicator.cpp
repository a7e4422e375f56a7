#include "plan/options/communicator.hpp"

#include "base/strings.hpp"
#include "plan/check.hpp"

#include <array>
#include <charconv>

namespace kiln::plan {

namespace {

// The rules of ssh_* bind only builds that use SSH.
bool uses_ssh(const CommunicatorOptions& options) {
    return options.communicator == "ssh";
}

void key_sizes(const TemporaryKeyOptions& options, const CheckContext& context) {
    constexpr const char* kOption = "temporary_key_pair_bits";
    const std::string type = options.temporary_key_pair_type.value_or("rsa");
    const std::int64_t bits = options.temporary_key_pair_bits;
    if (bits == 0) {
        return;
    }
    if (type == "ecdsa" && bits != 256 && bits != 384 && bits != 521) {
        context.error(kOption, "an ECDSA key has 256, 384 or 521 bits");
    } else if (type == "rsa" && bits < 1024) {
        context.error(kOption, "an RSA key has 1024 bits or more");
    } else if (type == "ed25519") {
        context.warning(kOption, "an ed25519 key has one size only", "leave it out");
    }
}

// "8080:localhost:80", with an address in brackets too.
bool is_tunnel(const std::string& text) {
    const std::size_t first = text.find(':');
    const std::size_t last = text.rfind(':');
    const auto is_port = [](std::string_view digits) {
        int port = 0;
        const char* end = digits.data() + digits.size();
        const auto [stop, failure] = std::from_chars(digits.data(), end, port);
        return failure == std::errc() && stop == end && port >= 1 && port <= 65535;
    };
    return first != std::string::npos && last > first + 1 &&
           is_port(std::string_view(text).substr(0, first)) &&
           is_port(std::string_view(text).substr(last + 1));
}

void check_tunnels(
    const char* option, const std::vector<std::string>& tunnels, const CheckContext& context
) {
    for (const std::string& tunnel : tunnels) {
        if (!is_unknown(tunnel) && !is_tunnel(tunnel)) {
            context.error(option, "\"" + tunnel + "\" is no tunnel", "write \"PORT:HOST:PORT\"");
        }
    }
}

void tunnels_are_spelt(const SshOptions& ssh, const CheckContext& context) {
    check_tunnels("ssh_remote_tunnels", ssh.ssh_remote_tunnels, context);
    check_tunnels("ssh_local_tunnels", ssh.ssh_local_tunnels, context);
}

void user_is_needed(const CommunicatorOptions& options, const CheckContext& context) {
    if (uses_ssh(options) && !options.ssh.ssh_username) {
        context.error("", "communicator \"ssh\" needs option \"ssh_username\"");
    }
    if (options.communicator == "winrm" && !options.winrm.winrm_username) {
        context.error("", "communicator \"winrm\" needs option \"winrm_username\"");
    }
}

void certificates_need_keys(const CommunicatorOptions& options, const CheckContext& context) {
    const SshOptions& ssh = options.ssh;
    if (!uses_ssh(options)) {
        return;
    }
    if (ssh.ssh_certificate_file && !ssh.ssh_private_key_file) {
        context.error("ssh_certificate_file", "a certificate needs \"ssh_private_key_file\" too");
    }
    if (ssh.ssh_bastion_certificate_file && !ssh.ssh_bastion_private_key_file) {
        context.error(
            "ssh_bastion_certificate_file",
            "a certificate needs \"ssh_bastion_private_key_file\" too"
        );
    }
}

void check_key(
    const char* option, const std::optional<std::string>& path, const CheckContext& context
) {
    if (path) {
        check_private_key(option, *path, context);
    }
}

void keys_can_be_read(const CommunicatorOptions& options, const CheckContext& context) {
    if (!uses_ssh(options)) {
        return;
    }
    check_key("ssh_private_key_file", options.ssh.ssh_private_key_file, context);
    if (options.ssh.ssh_bastion_host) {
        check_key(
            "ssh_bastion_private_key_file", options.ssh.ssh_bastion_private_key_file, context
        );
    }
}

void bastion_is_whole(const CommunicatorOptions& options, const CheckContext& context) {
    const SshOptions& ssh = options.ssh;
    if (!uses_ssh(options) || !ssh.ssh_bastion_host) {
        return;
    }
    if (!ssh.ssh_bastion_password && !ssh.ssh_bastion_private_key_file &&
        !ssh.ssh_private_key_file && !ssh.ssh_bastion_agent_auth) {
        context.error(
            "ssh_bastion_host",
            "a bastion needs a way to log in",
            "give ssh_bastion_password, ssh_bastion_private_key_file or ssh_bastion_agent_auth"
        );
    }
    if (ssh.ssh_proxy_host) {
        context.error("ssh_proxy_host", "a bastion excludes a proxy", "leave one of them out");
    }
}

}  // namespace

const OptionTable& TemporaryKeyOptions::options() {
    using O = TemporaryKeyOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::temporary_key_pair_name>(
            "temporary_key_pair_name",
            {.help = "name of the key pair that is made for the build",
             .default_text = "packer_UUID"}
        ),
        option<&O::temporary_key_pair_type>(
            "temporary_key_pair_type",
            {.help = "kind of that key",
             .allowed = {"rsa", "ecdsa", "ed25519", "dsa"},
             .default_text = "\"rsa\""}
        ),
        option<&O::temporary_key_pair_bits>(
            "temporary_key_pair_bits",
            {.help = "size of that key: at least 1024 for RSA; 256, 384 or 521 for ECDSA",
             .default_text = "as fits the kind"}
        ),
        rule<&key_sizes>(
            "`temporary_key_pair_bits` fits the kind of key; `ed25519` has one size only."
        ),
    });
    return table;
}

const OptionTable& SshOptions::options() {
    using O = SshOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::ssh_host>(
            "ssh_host", {.help = "address of the machine", .default_text = "the builder's"}
        ),
        option<&O::ssh_port>(
            "ssh_port", {.help = "port of its SSH server", .minimum = 1, .maximum = 65535}
        ),
        option<&O::ssh_username>("ssh_username", {.help = "user to log in as"}),
        option<&O::ssh_password>(
            "ssh_password",
            {.help = "password of that user; answers keyboard-interactive questions too",
             .secret = true}
        ),
        option<&O::ssh_private_key_file>(
            "ssh_private_key_file",
            {.help = "file with the private key of that user; `~` is the home folder"}
        ),
        option<&O::ssh_certificate_file>(
            "ssh_certificate_file", {.help = "file with a certificate that signs the key"}
        ),
        option<&O::ssh_keypair_name>(
            "ssh_keypair_name", {.help = "key pair that the platform knows already"}
        ),
        include<&O::temporary_key>(),
        option<&O::ssh_agent_auth>(
            "ssh_agent_auth", {.help = "log in with the keys of the SSH agent"}
        ),
        option<&O::ssh_disable_agent_forwarding>(
            "ssh_disable_agent_forwarding",
            {.help =
                 "`false` lends the SSH agent to the machine's commands; Packer does so by itself"}
        ),
        option<&O::ssh_clear_authorized_keys>(
            "ssh_clear_authorized_keys",
            {.help = "remove the temporary key from the image's authorized_keys"}
        ),
        option<&O::ssh_timeout>("ssh_timeout", {.help = "how long to try to connect"}),
        option<&O::ssh_wait_timeout>(
            "ssh_wait_timeout",
            {.help = "older name of ssh_timeout; wins over it", .deprecated = "use ssh_timeout"}
        ),
        option<&O::ssh_handshake_attempts>(
            "ssh_handshake_attempts", {.help = "refused logins before giving up"}
        ),
        option<&O::ssh_pty>("ssh_pty", {.help = "ask for a terminal"}),
        option<&O::ssh_ciphers>("ssh_ciphers", {.help = "ciphers to offer, best first"}),
        option<&O::ssh_key_exchange_algorithms>(
            "ssh_key_exchange_algorithms", {.help = "key exchange methods to offer, best first"}
        ),
        option<&O::ssh_keep_alive_interval>(
            "ssh_keep_alive_interval", {.help = "time between signs of life; negative: none"}
        ),
        option<&O::ssh_read_write_timeout>(
            "ssh_read_write_timeout", {.help = "how long a command may be silent; 0: for ever"}
        ),
        option<&O::ssh_file_transfer_method>(
            "ssh_file_transfer_method",
            {.help = "how files go: scp stands for one stream, sftp for SFTP",
             .allowed = {"scp", "sftp"}}
        ),
        option<&O::ssh_bastion_host>(
            "ssh_bastion_host", {.help = "host to reach the machine through"}
        ),
        option<&O::ssh_bastion_port>(
            "ssh_bastion_port", {.help = "port of its SSH server", .minimum = 1, .maximum = 65535}
        ),
        option<&O::ssh_bastion_username>(
            "ssh_bastion_username", {.help = "user to log in there as"}
        ),
        option<&O::ssh_bastion_password>(
            "ssh_bastion_password", {.help = "password of that user", .secret = true}
        ),
        option<&O::ssh_bastion_interactive>(
            "ssh_bastion_interactive",
            {.help = "ask at the terminal what the bastion asks, such as a one-time code"}
        ),
        option<&O::ssh_bastion_private_key_file>(
            "ssh_bastion_private_key_file",
            {.help = "file with the private key of that user",
             .default_text = "ssh_private_key_file"}
        ),
        option<&O::ssh_bastion_certificate_file>(
            "ssh_bastion_certificate_file", {.help = "file with a certificate that signs that key"}
        ),
        option<&O::ssh_bastion_agent_auth>(
            "ssh_bastion_agent_auth", {.help = "log in there with the keys of the SSH agent"}
        ),
        option<&O::ssh_proxy_host>("ssh_proxy_host", {.help = "SOCKS proxy to connect through"}),
        option<&O::ssh_proxy_port>(
            "ssh_proxy_port", {.help = "its port", .minimum = 1, .maximum = 65535}
        ),
        option<&O::ssh_proxy_username>("ssh_proxy_username", {.help = "user of the proxy"}),
        option<&O::ssh_proxy_password>(
            "ssh_proxy_password", {.help = "password of that user", .secret = true}
        ),
        option<&O::ssh_remote_tunnels>(
            "ssh_remote_tunnels",
            {.help = "ports of the machine that lead here, each as \"PORT:HOST:PORT\""}
        ),
        option<&O::ssh_local_tunnels>(
            "ssh_local_tunnels",
            {.help =
                 "ports here that lead to hosts the machine reaches, each as \"PORT:HOST:PORT\""}
        ),
        option<&O::ssh_public_key>(
            "ssh_public_key", {.help = "set by builders", .default_text = "set by builders"}
        ),
        option<&O::ssh_private_key>(
            "ssh_private_key",
            {.help = "set by builders", .secret = true, .default_text = "set by builders"}
        ),
        rule<&tunnels_are_spelt>("A tunnel is `PORT:HOST:PORT`."),
    });
    return table;
}

const OptionTable& WinrmOptions::options() {
    using O = WinrmOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::winrm_username>("winrm_username", {.help = "user to log in as"}),
        option<&O::winrm_password>(
            "winrm_password", {.help = "password of that user", .secret = true}
        ),
        option<&O::winrm_host>("winrm_host", {.help = "address of the machine"}),
        option<&O::winrm_no_proxy>(
            "winrm_no_proxy", {.help = "do not use the proxy of the environment"}
        ),
        option<&O::winrm_port>(
            "winrm_port",
            {.help = "port of the service",
             .minimum = 1,
             .maximum = 65535,
             .default_text = "5985, or 5986 with TLS"}
        ),
        option<&O::winrm_timeout>("winrm_timeout", {.help = "how long to try to connect"}),
        option<&O::winrm_use_ssl>("winrm_use_ssl", {.help = "connect with TLS"}),
        option<&O::winrm_insecure>("winrm_insecure", {.help = "do not check the certificate"}),
        option<&O::winrm_use_ntlm>("winrm_use_ntlm", {.help = "log in with NTLM"}),
    });
    return table;
}

const OptionTable& CommunicatorOptions::options() {
    using O = CommunicatorOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"communicator", "Communicator"},
        option<&O::communicator>(
            "communicator",
            {.help = "how the machine is reached",
             .allowed = {"none", "ssh", "winrm", "docker", "dockerWindowsContainer"}}
        ),
        option<&O::pause_before_connecting>(
            "pause_before_connecting",
            {.help = "how long to wait between a first connection and the one that is used"}
        ),
        include<&O::ssh>(),
        include<&O::winrm>(),
        rule<&user_is_needed>(
            "Communicator `ssh` needs `ssh_username`, `winrm` needs `winrm_username`."
        ),
        rule<&certificates_need_keys>(
            "`ssh_certificate_file` needs `ssh_private_key_file`, and so for the bastion's."
        ),
        rule<&keys_can_be_read>("Key files exist and hold a private key without a passphrase."),
        rule<&bastion_is_whole>("`ssh_bastion_host` needs a password, a key file or the agent, and "
                                "excludes `ssh_proxy_host`."),
    });
    return table;
}

std::string CommunicatorOptions::obstacle() const {
    if (communicator != "ssh" && communicator != "none") {
        return "kiln reaches machines over SSH only, not with communicator = \"" + communicator +
               "\"";
    }
    return "";
}

}  // namespace kiln::plan
