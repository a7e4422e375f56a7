#pragma once

#include "execute/build_context.hpp"
#include "plan/options/ansible.hpp"

#include <string>

namespace kiln::exec {

/// How Ansible finds the machine.
struct InventoryHost {
    std::string address;
    std::string port;
    std::string user;
    std::string connection;  ///< "kiln", or "" for Ansible's own ssh
};

/// The text of an inventory with the machine, in its groups. Throws Error{input} when
/// inventory_file_template names what it does not know.
std::string inventory_text(
    const BuildContext& context, const plan::AnsibleOptions& options, const InventoryHost& host
);

}  // namespace kiln::exec
