#pragma once

#include "execute/build_context.hpp"
#include "execute/step_layers.hpp"
#include "plan/options/ansible.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::exec {

/// What a run of a playbook depends on, so far as it can be known without running it: the options;
/// the folder of the playbook, or of a folder that also holds where kiln runs (and so what builds
/// write) what Ansible looks for in it; files that its YAML names relatively; inventory,
/// requirements and settings files, and the folders of roles, collections and plugins that those
/// name. What ansible-galaxy installed is covered by its requirements file.
std::vector<StepInput> ansible_inputs(
    const BuildContext& context,
    const plan::AnsibleOptions& options,
    const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment
);

}  // namespace kiln::exec
