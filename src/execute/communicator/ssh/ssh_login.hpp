#pragma once

#include "execute/communicator/ssh/ssh_handles.hpp"
#include "execute/communicator/ssh/ssh_target.hpp"

#include <string>

namespace kiln::exec {

/// Logs in by the first way that the server takes. Error{permission} that lists the ways that were
/// tried and those that the server offers; Error{input} for a key file that can not be read, and
/// when nobody answers what the server asks.
void ssh_log_in(ssh_session session, const SshLogin& login, const std::stop_token& stop);

/// The server's key as "type base64".
std::string ssh_host_key(ssh_session session);

}  // namespace kiln::exec
