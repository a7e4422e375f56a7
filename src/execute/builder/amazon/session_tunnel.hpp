#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/session_plugin.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace kiln::exec {

/// A way to a port of an instance through the Systems Manager: 127.0.0.1:port leads there for as
/// long as the session lives. No port of the instance has to be open to anybody.
///
/// Amazon's plugin carries it. It runs under a thread of its own and dies with the tunnel, and with
/// kiln however that ends. Used by one thread.
class SessionTunnel {
public:
    /// Opens nothing yet. `local_port` 0: one that is free. Error{not_found} without the plugin.
    SessionTunnel(const Ec2Build& build, std::string instance_id, int remote_port, int local_port);
    /// Ends plugin and session.
    ~SessionTunnel();
    SessionTunnel(const SessionTunnel&) = delete;
    SessionTunnel& operator=(const SessionTunnel&) = delete;

    /// As SshCommunicator::OpenWay: opens it where it is not open, or leads nowhere any more, and
    /// returns the local port. Error{network} while the instance's agent has not called: ask again.
    int open(bool was_lost, const std::stop_token& stop);

private:
    void start(const std::stop_token& stop);
    void start_plugin(const aws::PortSession& session);
    void wait_until_it_listens(const std::stop_token& stop);
    void choose_port();
    bool listens() const;
    /// What the plugin has said last, without the token.
    std::string last_words();
    void close() noexcept;

    const Ec2Build& build_;
    SessionPlugin plugin_;
    std::string instance_id_;
    int remote_port_;
    int wanted_port_;
    int port_ = 0;
    int attempts_ = 0;  ///< to connect through this session without success
    bool has_told_of_agent_ = false;
    std::optional<aws::PortSession> session_;
    std::mutex mutex_;  ///< guards `said_`
    std::string said_;
    std::atomic<bool> has_ended_ = true;
    std::jthread carrier_;
};

}  // namespace kiln::exec
