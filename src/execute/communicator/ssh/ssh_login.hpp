#pragma once

#include "execute/communicator/ssh/ssh_handles.hpp"
#include "execute/communicator/ssh/ssh_target.hpp"

#include <string>

namespace kiln::exec {

/// Logs in by the first way that the server takes. Error{permission} that lists the ways that were
/// tried and those that the server offers; Error{input} for a key file that can not be read.
void ssh_log_in(ssh_session session, const SshLogin& login);

/// The server's key as "type base64".
std::string ssh_host_key(ssh_session session);

}  // namespace kiln::exec
