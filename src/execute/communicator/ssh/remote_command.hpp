#pragma once

#include "execute/communicator/ssh/ssh_session.hpp"
#include "sys/process_runner.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::exec {

/// A command that runs on the far side. Its output comes to `output` whenever this object is
/// written to or waited for.
class RemoteCommand {
public:
    /// The user's login shell reads `command_line`. With `pty` it gets a terminal, and its two
    /// streams become one.
    RemoteCommand(
        SshSession& session,
        const std::string& command_line,
        const sys::OutputSink& output,
        std::stop_token stop,
        bool pty = false
    );
    ~RemoteCommand();
    RemoteCommand(const RemoteCommand&) = delete;
    RemoteCommand& operator=(const RemoteCommand&) = delete;

    /// Writes to its standard input. False when the command does not read any more.
    bool write(std::string_view bytes);
    void close_input();

    /// Lets some of its output come. False when it has ended and all of it came.
    bool advance();

    /// Waits for the end. Error{network} when the connection is lost before, Error{timeout} when
    /// nothing comes for the target's silence_timeout; on a stop the command
    /// gets SIGTERM and its channel is closed, and Error{interrupted} is thrown.
    sys::ExitStatus wait();

private:
    void start(const std::string& command_line, bool pty);
    void pump(int timeout_ms);
    void keep_alive();
    void mind_silence();
    [[noreturn]] void interrupt();

    static int take_data(ssh_session, ssh_channel, void*, std::uint32_t, int, void*);
    static void take_exit_status(ssh_session, ssh_channel, int, void*);
    static void
    take_exit_signal(ssh_session, ssh_channel, const char*, int, const char*, const char*, void*);

    SshSession& session_;
    const sys::OutputSink& output_;
    std::stop_token stop_;
    SshChannelHandle channel_;
    ssh_channel_callbacks_struct callbacks_{};
    SshEventHandle event_;
    std::optional<sys::ExitStatus> status_;
    std::exception_ptr thrown_;  ///< by `output`, inside of a callback of libssh
    std::chrono::steady_clock::time_point last_sign_of_life_;
    std::chrono::steady_clock::time_point last_progress_;  ///< output came, or input went
};

}  // namespace kiln::exec
