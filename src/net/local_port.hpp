#pragma once

#include "sys/unique_fd.hpp"

#include <string_view>

namespace kiln::net {

/// A TCP socket bound to 127.0.0.1:`port`, or with 0 to a port that the kernel picks. What ended a
/// moment ago does not hold a port; what listens does. Empty, with errno, when it can not be had.
sys::UniqueFd bind_to_loopback(int port);

/// The port of such a socket.
int port_of(const sys::UniqueFd& socket);

/// A port of 127.0.0.1 that nobody listens on: `wanted`, or with 0 one that the kernel picks. 0
/// when `wanted` is taken. It is free when this returns, and somebody else may take it then.
int free_local_port(int wanted);

/// Whether a process of user `uid` listens on a port of 127.0.0.1 (or of all addresses). `table` is
/// the text of /proc/net/tcp.
bool is_listened_to(std::string_view table, int port, unsigned uid);

}  // namespace kiln::net
