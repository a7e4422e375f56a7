#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/ansible.hpp"

#include <memory>

namespace kiln::exec {

/// Uploads playbooks and runs them on the machine, with the machine's own Ansible.
std::unique_ptr<Provisioner> make_ansible_local_provisioner(plan::AnsibleLocalOptions options);

}  // namespace kiln::exec
