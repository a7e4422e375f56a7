#pragma once

#include "execute/communicator/ssh/ssh_target.hpp"
#include "execute/provisioner/ansible/private_folder.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::exec {

/// Lets ssh(1) log in as a communicator does: a settings file with the machine, its pinned host key
/// and the bastion, keys of memory in files of mode 0600, a password in a file of variables. All of
/// it stands in `folder`.
class DirectSsh {
public:
    /// Throws Error{unsupported} for a way that ssh(1) can not go by itself (a SOCKS proxy, a
    /// bastion with a password) and Error{not_found} where a password needs sshpass.
    DirectSsh(
        BuildContext& context,
        const PrivateFolder& folder,
        const SshTarget& target,
        std::map<std::string, std::string>& environment
    );

    /// Of ansible-playbook, in front of those of the user.
    const std::vector<std::string>& arguments() const { return arguments_; }
    /// Ends the connections that ssh(1) keeps open for the next task.
    void close(BuildContext& context, const std::map<std::string, std::string>& environment) const;

private:
    std::string settings_;  ///< path of ssh's settings file
    std::string sockets_;   ///< folder of the connections that are kept
    std::string host_;
    std::vector<std::string> arguments_;
};

}  // namespace kiln::exec
