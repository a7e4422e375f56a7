#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/ansible.hpp"

#include <memory>

namespace kiln::exec {

/// Runs a playbook from here. Ansible reaches the machine through a connection plugin of kiln's
/// that speaks to its communicator, whatever that is; with use_proxy = false by its own ssh, where
/// the machine has one.
std::unique_ptr<Provisioner> make_ansible_provisioner(plan::AnsibleOptions options);

}  // namespace kiln::exec
