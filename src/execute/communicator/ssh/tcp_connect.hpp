#pragma once

#include "execute/communicator/ssh/ssh_target.hpp"
#include "sys/unique_fd.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// A connected socket, without delay and with keep-alive. Error{network} that says what was
/// attempted and why it failed; Error{timeout} after `timeout`; Error{interrupted} on a stop.
sys::UniqueFd tcp_connect(
    const std::string& host,
    int port,
    std::chrono::milliseconds timeout,
    const std::stop_token& stop
);

/// The same, through a SOCKS5 proxy, which looks the name up itself. (RFC 1928, RFC 1929.)
sys::UniqueFd socks_connect(
    const SshProxy& proxy,
    const std::string& host,
    int port,
    std::chrono::milliseconds timeout,
    const std::stop_token& stop
);

}  // namespace kiln::exec
