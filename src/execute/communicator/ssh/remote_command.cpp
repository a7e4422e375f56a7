#include "execute/communicator/ssh/remote_command.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "execute/communicator/ssh/ssh_lent_agent.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <libssh/server.h>
#include <utility>

namespace kiln::exec {

namespace {

// How often a wait looks whether it shall stop.
constexpr int kPumpMs = 100;

// And how often it looks for an agent's answer, which comes by another socket.
constexpr int kAgentMs = 5;

constexpr int kTerminalColumns = 80;
constexpr int kTerminalRows = 40;

struct SignalName {
    const char* name;  ///< as RFC 4254, section 6.10, writes it
    int number;
};
constexpr std::array kSignals = {
    SignalName{"ABRT", SIGABRT},
    SignalName{"ALRM", SIGALRM},
    SignalName{"FPE", SIGFPE},
    SignalName{"HUP", SIGHUP},
    SignalName{"ILL", SIGILL},
    SignalName{"INT", SIGINT},
    SignalName{"KILL", SIGKILL},
    SignalName{"PIPE", SIGPIPE},
    SignalName{"QUIT", SIGQUIT},
    SignalName{"SEGV", SIGSEGV},
    SignalName{"TERM", SIGTERM},
    SignalName{"USR1", SIGUSR1},
    SignalName{"USR2", SIGUSR2}};

constexpr int kSignalBase = 128;

}  // namespace

RemoteCommand::RemoteCommand(
    SshSession& session,
    const std::string& command_line,
    const sys::OutputSink& output,
    std::stop_token stop,
    bool pty
)
    : session_(session),
      output_(output),
      stop_(std::move(stop)),
      channel_(ssh_channel_new(session.get())),
      event_(ssh_event_new()),
      last_sign_of_life_(std::chrono::steady_clock::now()),
      last_progress_(last_sign_of_life_) {
    callbacks_.userdata = this;
    callbacks_.channel_data_function = take_data;
    callbacks_.channel_exit_status_function = take_exit_status;
    callbacks_.channel_exit_signal_function = take_exit_signal;
    ssh_callbacks_init(&callbacks_);
    start(command_line, pty);
}

RemoteCommand::~RemoteCommand() {
    // A channel that the far end has not closed yet lives on in the session, and must not call us.
    ssh_remove_channel_callbacks(channel_.get(), &callbacks_);
}

void RemoteCommand::start(const std::string& command_line, bool pty) {
    const std::string doing = "starting a command on " + session_.target().machine.host;
    if (!channel_ || !event_ || ssh_set_channel_callbacks(channel_.get(), &callbacks_) != SSH_OK ||
        ssh_channel_open_session(channel_.get()) != SSH_OK) {
        session_.lost(doing);
    }
    if (pty &&
        ssh_channel_request_pty_size(channel_.get(), "xterm", kTerminalColumns, kTerminalRows) !=
            SSH_OK) {
        throw Error(ErrorKind::unsupported, doing + ": it gives no terminal (ssh_pty)");
    }
    if (SshLentAgent* agent = session_.lent_agent()) {
        agent->lend(channel_.get());
    }
    if (ssh_channel_request_exec(channel_.get(), command_line.c_str()) != SSH_OK) {
        session_.lost(doing);
    }
    ssh_event_add_session(event_.get(), session_.get());
}

int RemoteCommand::take_data(
    ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr, void* self
) {
    auto& command = *static_cast<RemoteCommand*>(self);
    command.last_progress_ = std::chrono::steady_clock::now();
    if (command.output_ && !command.thrown_) {
        try {
            command.output_(
                is_stderr != 0 ? sys::OutputStream::err : sys::OutputStream::out,
                {static_cast<const char*>(data), size}
            );
        } catch (...) {
            command.thrown_ = std::current_exception();
        }
    }
    return static_cast<int>(size);
}

void RemoteCommand::take_exit_status(ssh_session, ssh_channel, int status, void* self) {
    static_cast<RemoteCommand*>(self)->status_ = sys::ExitStatus{status, 0};
}

void RemoteCommand::take_exit_signal(
    ssh_session,
    ssh_channel,
    const char* signal,
    int /*core*/,
    const char* /*message*/,
    const char* /*language*/,
    void* self
) {
    const auto found =
        std::find_if(kSignals.begin(), kSignals.end(), [signal](const SignalName& one) {
            return std::string_view(one.name) == signal;
        });
    const int number = found == kSignals.end() ? SIGKILL : found->number;
    static_cast<RemoteCommand*>(self)->status_ = sys::ExitStatus{kSignalBase + number, number};
}

void RemoteCommand::keep_alive() {
    const auto interval = session_.target().keep_alive_interval;
    const auto now = std::chrono::steady_clock::now();
    if (interval.count() > 0 && now - last_sign_of_life_ >= interval) {
        ssh_send_keepalive(session_.get());
        last_sign_of_life_ = now;
    }
}

void RemoteCommand::pump(int timeout_ms) {
    if (stop_.stop_requested()) {
        interrupt();
    }
    keep_alive();
    SshLentAgent* agent = session_.lent_agent();
    const bool agent_answers = agent != nullptr && agent->is_asked();
    const int code =
        ssh_event_dopoll(event_.get(), agent_answers ? std::min(timeout_ms, kAgentMs) : timeout_ms);
    if (agent != nullptr) {
        agent->move();
    }
    if (thrown_) {
        ssh_channel_close(channel_.get());
        std::rethrow_exception(thrown_);
    }
    const bool ended = status_.has_value() || ssh_channel_is_closed(channel_.get()) != 0;
    if ((code == SSH_ERROR || !session_.is_alive()) && !ended) {
        session_.lost("the command on " + session_.target().machine.host);
    }
    if (!ended) {
        mind_silence();
    }
}

void RemoteCommand::mind_silence() {
    const auto longest = session_.target().silence_timeout;
    if (longest.count() <= 0 || std::chrono::steady_clock::now() - last_progress_ < longest) {
        return;
    }
    ssh_channel_close(channel_.get());
    throw Error(
        ErrorKind::timeout,
        "the command on " + session_.target().machine.host + " was silent for " +
            format_go_duration(longest)
    )
        .set_hint("ssh_read_write_timeout says how long it may be");
}

void RemoteCommand::interrupt() {
    ssh_channel_request_send_signal(channel_.get(), "TERM");
    ssh_channel_close(channel_.get());
    throw Error(
        ErrorKind::interrupted, "interrupted a command on " + session_.target().machine.host
    );
}

bool RemoteCommand::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (ssh_channel_is_closed(channel_.get()) != 0 || status_) {
            return false;
        }
        const std::uint32_t window = ssh_channel_window_size(channel_.get());
        if (window == 0) {
            pump(kPumpMs);
            continue;
        }
        const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), window));
        const int written = ssh_channel_write(channel_.get(), bytes.data(), size);
        if (written < 0) {
            session_.lost("writing to " + session_.target().machine.host);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        last_progress_ = std::chrono::steady_clock::now();
        pump(0);
    }
    return true;
}

void RemoteCommand::close_input() {
    ssh_channel_send_eof(channel_.get());
}

bool RemoteCommand::advance() {
    if (ssh_channel_is_closed(channel_.get()) != 0) {
        return false;
    }
    pump(kPumpMs);
    return true;
}

sys::ExitStatus RemoteCommand::wait() {
    while (advance()) {
    }
    if (!status_) {
        throw Error(
            ErrorKind::network,
            "the command on " + session_.target().machine.host +
                " ended without a status: the connection is lost"
        );
    }
    return *status_;
}

}  // namespace kiln::exec
