#include "execute/builder/amazon/session_tunnel.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/stop.hpp"
#include "net/local_port.hpp"
#include "sys/file_system.hpp"

#include <unistd.h>
#include <utility>

namespace kiln::exec {

namespace {

// An instance that is shut down leaves a session that is open and leads nowhere; so does one whose
// agent is being restarted.
constexpr int kAttemptsOfOneSession = 5;

constexpr std::chrono::seconds kUntilPluginListens{30};
constexpr std::chrono::milliseconds kBetweenPluginLooks{50};
constexpr std::size_t kLastWordsBytes = 2000;

/// Whether asking again may help: the agent calls when the instance has booted, and again after
/// each reboot.
bool may_come(const aws::ServiceError& error) {
    const aws::ErrorClass what = aws::classify(error);
    return error.code == "TargetNotConnected" || what == aws::ErrorClass::transient ||
           what == aws::ErrorClass::throttled;
}

}  // namespace

SessionTunnel::SessionTunnel(
    const Ec2Build& build, std::string instance_id, int remote_port, int local_port
)
    : build_(build),
      plugin_(find_session_plugin(build.context())),
      instance_id_(std::move(instance_id)),
      remote_port_(remote_port),
      wanted_port_(local_port) {
    if (!takes_session_by_variable(plugin_.version)) {
        build.context().warn(
            "session-manager-plugin " + plugin_.version +
            " takes the session's token as an argument, where other users of this machine can see "
            "it; versions after 1.2.497.0 do not"
        );
    }
}

SessionTunnel::~SessionTunnel() {
    close();
}

int SessionTunnel::open(bool was_lost, const std::stop_token& stop) {
    if (was_lost || has_ended_ || ++attempts_ > kAttemptsOfOneSession) {
        close();
        attempts_ = 0;
        start(stop);
    }
    return port_;
}

// The same port as before where it is still free: what build.Port says stays true.
void SessionTunnel::choose_port() {
    if (wanted_port_ != 0) {
        port_ = net::free_local_port(wanted_port_);
        if (port_ == 0) {
            throw Error(
                ErrorKind::input,
                "port " + std::to_string(wanted_port_) + " of this machine is in use"
            )
                .set_hint("leave out session_manager_port, and a free one is taken");
        }
        return;
    }
    if (port_ == 0 || net::free_local_port(port_) == 0) {
        port_ = net::free_local_port(0);
    }
}

void SessionTunnel::start(const std::stop_token& stop) {
    choose_port();
    auto started = aws::start_port_session(
        build_.session().client(), build_.region().name(), {instance_id_, remote_port_, port_}, stop
    );
    if (const auto* error = std::get_if<aws::ServiceError>(&started)) {
        const Error failure = aws::to_error(*error, "StartSession");
        if (!may_come(*error)) {
            throw Error(ErrorKind::command, failure.message())
                .set_hint("`kiln policy` lists what the keys have to be allowed");
        }
        if (!has_told_of_agent_) {
            has_told_of_agent_ = true;
            build_.context().say("Waiting for the SSM agent of " + instance_id_ + "...");
        }
        throw Error(ErrorKind::network, failure.message());
    }
    session_ = std::get<aws::PortSession>(std::move(started));
    build_.context().say("Starting portForwarding session \"" + session_->id + "\".");
    start_plugin(*session_);
    try {
        wait_until_it_listens(stop);
    } catch (const Error&) {
        close();
        throw;
    }
}

void SessionTunnel::start_plugin(const aws::PortSession& session) {
    said_.clear();
    has_ended_ = false;
    const sys::Command command = plugin_command(
        plugin_,
        session,
        build_.region().name(),
        build_.profile(),
        build_.session().endpoint(aws::Service::ssm),
        build_.context().effects.environment
    );
    sys::ProcessRunner& processes = build_.context().effects.processes;
    carrier_ = std::jthread([this, command, &processes](const std::stop_token& end) {
        const auto listen = [this](sys::OutputStream, std::string_view piece) {
            const std::lock_guard lock(mutex_);
            said_.append(piece);
            if (said_.size() > kLastWordsBytes) {
                said_.erase(0, said_.size() - kLastWordsBytes);
            }
        };
        try {
            processes.run(command, listen, end);
        } catch (const std::exception& error) {
            listen(sys::OutputStream::err, error.what());
        }
        has_ended_ = true;
    });
}

bool SessionTunnel::listens() const {
    const std::string table = build_.context().effects.files.read_file("/proc/net/tcp");
    return net::is_listened_to(table, port_, ::getuid());
}

void SessionTunnel::wait_until_it_listens(const std::stop_token& stop) {
    sys::Clock& clock = build_.context().effects.clock;
    const auto deadline = clock.steady_now() + kUntilPluginListens;
    while (has_ended_ || !listens()) {
        if (has_ended_) {
            throw Error(
                ErrorKind::network, "session-manager-plugin ended by itself: " + last_words()
            );
        }
        if (clock.steady_now() > deadline) {
            throw Error(
                ErrorKind::network, "session-manager-plugin opens no port: " + last_words()
            );
        }
        clock.sleep_for(kBetweenPluginLooks, stop);
        throw_if_stopped(stop);
    }
}

std::string SessionTunnel::last_words() {
    const std::lock_guard lock(mutex_);
    std::string words(trim(said_));
    const std::string& token = session_->token.reveal();
    for (std::size_t at = 0; (at = words.find(token, at)) != std::string::npos;) {
        words.replace(at, token.size(), "***");
    }
    return to_valid_utf8(words);
}

// Also after an interrupt, so nothing here heeds the build's stop.
void SessionTunnel::close() noexcept {
    if (carrier_.joinable()) {
        carrier_.request_stop();
        carrier_.join();
    }
    if (!session_) {
        return;
    }
    try {
        aws::terminate_session(build_.session().client(), build_.region().name(), session_->id, {});
    } catch (const std::exception& error) {
        build_.context().warn(
            "session " + session_->id + " ends with its instance: " + error.what()
        );
    }
    session_.reset();
}

}  // namespace kiln::exec
