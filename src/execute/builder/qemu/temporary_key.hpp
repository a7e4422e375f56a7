#pragma once

#include "execute/build_context.hpp"
#include "execute/communicator/ssh/ssh_key_pair.hpp"
#include "plan/options/qemu.hpp"

#include <filesystem>
#include <string>

namespace kiln::exec {

class Machine;

namespace qemu {

/// Whether kiln is to log in with a key that it makes for this build.
bool wants_temporary_key(const plan::CommunicatorOptions& communicator);

/// As authorized_keys and cloud-init have it, with kiln's comment.
std::string authorized_line(const SshKeyPair& key);

/// Writes the key beside a kept machine that knows it, mode 0600; and reads it there. Throws Error.
void keep_key(
    const SshKeyPair& key, const std::filesystem::path& folder, const BuildContext& context
);
SshKeyPair kept_key(const std::filesystem::path& folder, const BuildContext& context);

/// Takes the key out of the machine's authorized_keys: it let kiln in, and nobody is to come in by
/// it later. A machine that does not let it is a warning.
void remove_temporary_key(const SshKeyPair& key, Machine& machine, const BuildContext& context);

}  // namespace qemu
}  // namespace kiln::exec
