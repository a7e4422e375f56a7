#pragma once

namespace kiln::exec {

/// Ansible's side of a CommunicatorServer: kiln.py, a connection plugin.
const char* ansible_connection_plugin();

}  // namespace kiln::exec
