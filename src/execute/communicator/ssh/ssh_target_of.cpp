#include "execute/communicator/ssh/ssh_target_of.hpp"

#include "base/error.hpp"

#include <utility>

namespace kiln::exec {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::optional<std::filesystem::path> file_of(
    const std::optional<std::string>& path, const std::string& home
) {
    if (!path || path->empty()) {
        return std::nullopt;
    }
    return path->starts_with("~/") ? home + path->substr(1) : *path;
}

SshLogin bastion_of(const plan::SshOptions& options, const SshUser& user) {
    const std::string& home = user.home;
    SshLogin login;
    login.host = *options.ssh_bastion_host;
    login.port = static_cast<int>(options.ssh_bastion_port);
    login.username = options.ssh_bastion_username.value_or("");
    login.password = Secret(options.ssh_bastion_password.value_or(""));
    login.private_key_file = file_of(options.ssh_bastion_private_key_file, home);
    login.certificate_file = file_of(options.ssh_bastion_certificate_file, home);
    login.use_agent = options.ssh_bastion_agent_auth;
    if (!login.private_key_file) {
        login.private_key_file = file_of(options.ssh_private_key_file, home);
    }
    if (options.ssh_bastion_interactive) {
        if (user.person == nullptr) {
            throw Error(
                ErrorKind::input,
                "ssh_bastion_interactive: what the bastion " + login.host +
                    " asks is answered at a terminal, and this run has none"
            )
                .set_hint("run it without -machine-readable, or take ssh_bastion_agent_auth");
        }
        login.person = user.person;
    }
    return login;
}

/// Of "PORT:HOST:PORT", which the plan has checked; an IPv6 address stands in brackets.
std::vector<SshTunnel> tunnels_of(const std::vector<std::string>& texts) {
    std::vector<SshTunnel> tunnels;
    for (const std::string& text : texts) {
        const std::size_t first = text.find(':');
        const std::size_t last = text.rfind(':');
        std::string host = text.substr(first + 1, last - first - 1);
        if (host.starts_with('[') && host.ends_with(']')) {
            host = host.substr(1, host.size() - 2);
        }
        tunnels.push_back(
            {std::stoi(text.substr(0, first)), std::move(host), std::stoi(text.substr(last + 1))}
        );
    }
    return tunnels;
}

}  // namespace

SshTarget ssh_target_of(
    const plan::SshOptions& options, const std::string& host, int port, const SshUser& user
) {
    const std::string& home = user.home;
    SshTarget target;
    target.machine.host = host;
    target.machine.port = port;
    target.machine.username = options.ssh_username.value_or("");
    target.machine.password = Secret(options.ssh_password.value_or(""));
    target.machine.private_key_file = file_of(options.ssh_private_key_file, home);
    target.machine.certificate_file = file_of(options.ssh_certificate_file, home);
    target.machine.use_agent = options.ssh_agent_auth;
    if (options.ssh_disable_agent_forwarding == false) {
        target.lent_agent = user.agent_socket;
    }
    if (options.ssh_bastion_host && !options.ssh_bastion_host->empty()) {
        target.bastion = bastion_of(options, user);
    }
    if (options.ssh_proxy_host && !options.ssh_proxy_host->empty()) {
        target.proxy = SshProxy{
            *options.ssh_proxy_host,
            static_cast<int>(options.ssh_proxy_port),
            options.ssh_proxy_username.value_or(""),
            Secret(options.ssh_proxy_password.value_or(""))};
    }
    target.ciphers = options.ssh_ciphers;
    target.key_exchanges = options.ssh_key_exchange_algorithms;
    target.keep_alive_interval = duration_cast<milliseconds>(options.ssh_keep_alive_interval);
    target.silence_timeout = duration_cast<milliseconds>(options.ssh_read_write_timeout);
    target.pty = options.ssh_pty;
    target.transfer =
        options.ssh_file_transfer_method == "sftp" ? SshTransfer::sftp : SshTransfer::stream;
    target.local_tunnels = tunnels_of(options.ssh_local_tunnels);
    target.remote_tunnels = tunnels_of(options.ssh_remote_tunnels);
    return target;
}

SshPatience ssh_patience_of(const plan::CommunicatorOptions& options) {
    const bool has_old_name = options.ssh.ssh_wait_timeout.count() > 0;
    return {
        has_old_name ? options.ssh.ssh_wait_timeout : options.ssh.ssh_timeout,
        options.ssh.ssh_handshake_attempts,
        options.pause_before_connecting};
}

}  // namespace kiln::exec
