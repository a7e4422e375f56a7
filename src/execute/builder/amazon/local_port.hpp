#pragma once

#include <string_view>

namespace kiln::exec {

/// A port of 127.0.0.1 that nobody listens on: `wanted`, or with 0 one that the kernel picks. 0
/// when `wanted` is taken. It is free when this returns, and somebody else may take it then.
int free_local_port(int wanted);

/// Whether a process of user `uid` listens on a port of 127.0.0.1 (or of all addresses). `table` is
/// the text of /proc/net/tcp.
bool is_listened_to(std::string_view table, int port, unsigned uid);

}  // namespace kiln::exec
