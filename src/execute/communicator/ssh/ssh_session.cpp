#include "execute/communicator/ssh/ssh_session.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/communicator/ssh/ssh_lent_agent.hpp"
#include "execute/communicator/ssh/ssh_login.hpp"
#include "execute/communicator/ssh/ssh_relay.hpp"
#include "execute/communicator/ssh/tcp_connect.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace kiln::exec {

namespace {

using std::chrono::steady_clock;

// AES-GCM first: with the processor's own instructions it is the fastest of those that are equally
// safe. The rest is for servers that lack it.
constexpr const char* kCiphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,"
    "aes192-ctr,aes128-ctr";

void set_option(ssh_session session, ssh_options_e option, const void* value) {
    if (ssh_options_set(session, option, value) != SSH_OK) {
        throw Error(
            ErrorKind::input, std::string("an SSH option is refused: ") + ssh_get_error(session)
        );
    }
}

void set_options(ssh_session session, const SshTarget& target, int fd) {
    const bool no = false;
    const int yes = 1;
    const auto seconds = static_cast<long>(
        std::chrono::duration_cast<std::chrono::seconds>(target.handshake_timeout).count()
    );
    // Nothing from the user's own SSH configuration: a build depends on its template alone.
    set_option(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    set_option(session, SSH_OPTIONS_HOST, target.machine.host.c_str());
    set_option(session, SSH_OPTIONS_USER, target.machine.username.c_str());
    set_option(session, SSH_OPTIONS_FD, &fd);
    set_option(session, SSH_OPTIONS_NODELAY, &yes);
    set_option(session, SSH_OPTIONS_TIMEOUT, &seconds);
    const std::string ciphers = target.ciphers.empty() ? kCiphers : join(target.ciphers, ",");
    set_option(session, SSH_OPTIONS_CIPHERS_C_S, ciphers.c_str());
    set_option(session, SSH_OPTIONS_CIPHERS_S_C, ciphers.c_str());
    if (!target.key_exchanges.empty()) {
        set_option(session, SSH_OPTIONS_KEY_EXCHANGE, join(target.key_exchanges, ",").c_str());
    }
    if (!target.host_key.empty()) {
        // The key that we know must be the one that is shown, though the server has several.
        const std::string type = target.host_key.substr(0, target.host_key.find(' '));
        set_option(
            session,
            SSH_OPTIONS_HOSTKEYS,
            type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type.c_str()
        );
    }
}

void shake_hands(ssh_session session, const SshTarget& target, const std::stop_token& stop) {
    const std::string doing = "starting SSH with " + target.machine.host;
    const auto deadline = steady_clock::now() + target.handshake_timeout;
    ssh_set_blocking(session, 0);
    int code = SSH_AGAIN;
    while ((code = ssh_connect(session)) == SSH_AGAIN) {
        if (stop.stop_requested()) {
            throw Error(ErrorKind::interrupted, "interrupted while " + doing);
        }
        if (steady_clock::now() >= deadline) {
            throw Error(ErrorKind::timeout, doing + ": no answer in time");
        }
        constexpr int kLookMs = 100;
        pollfd waiting{ssh_get_fd(session), POLLIN, 0};
        ::poll(&waiting, 1, kLookMs);
    }
    ssh_set_blocking(session, 1);
    if (code != SSH_OK) {
        throw Error(ErrorKind::network, doing + ": " + ssh_get_error(session));
    }
}

}  // namespace

SshSession::SshSession(const SshTarget& target, const std::stop_token& stop) : target_(target) {
    sys::UniqueFd socket = dial(stop);
    handle_.reset(ssh_new());
    if (!handle_) {
        throw Error(ErrorKind::io, "libssh can not make a session: out of memory");
    }
    set_options(handle_.get(), target_, socket.get());
    socket.release();  // the session closes it from here on
    shake_hands(handle_.get(), target_, stop);
    host_key_ = ssh_host_key(handle_.get());
    if (!target_.host_key.empty() && host_key_ != target_.host_key) {
        throw Error(
            ErrorKind::input,
            "THE HOST KEY OF " + target_.machine.host +
                " IS NOT THE ONE WE KNOW.\n  known: " + target_.host_key + "\n  shown: " + host_key_
        )
            .set_hint(
                "somebody may stand between you and the machine, or another machine has its "
                "address now"
            );
    }
    ssh_log_in(handle_.get(), target_.machine, stop);
    if (!target_.lent_agent.empty()) {
        lent_agent_ = std::make_unique<SshLentAgent>(handle_.get(), target_.lent_agent);
    }
}

SshSession::~SshSession() = default;

sys::UniqueFd SshSession::dial(const std::stop_token& stop) {
    const SshLogin& machine = target_.machine;
    if (target_.bastion) {
        SshTarget bastion = target_;
        bastion.machine = *target_.bastion;
        bastion.bastion.reset();
        bastion.host_key.clear();
        bastion.lent_agent.clear();
        try {
            relay_ = std::make_unique<SshRelay>(bastion, machine, stop);
        } catch (Error& error) {
            throw error.add_context("going through the bastion " + bastion.machine.host);
        }
        return relay_->take_socket();
    }
    return target_.proxy
               ? socks_connect(
                     *target_.proxy, machine.host, machine.port, target_.connect_timeout, stop
                 )
               : tcp_connect(machine.host, machine.port, target_.connect_timeout, stop);
}

std::chrono::microseconds SshSession::round_trip() const {
    if (relay_) {
        return relay_->round_trip();
    }
    tcp_info info{};
    socklen_t size = sizeof info;
    const bool known =
        ::getsockopt(ssh_get_fd(handle_.get()), IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
    // The shortest one: others have waited for somebody to have something to say.
    return std::chrono::microseconds(known ? info.tcpi_min_rtt : 0);
}

void SshSession::lost(const std::string& doing) const {
    const std::string reason = ssh_get_error(handle_.get());
    throw Error(
        ErrorKind::network, doing + ": " + (reason.empty() ? "the connection is lost" : reason)
    );
}

}  // namespace kiln::exec
