#pragma once

#include "plan/options/ansible.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// Where ansible-galaxy puts what it installs; "" leaves it to Ansible's settings.
struct GalaxyPlaces {
    std::string roles;
    std::string collections;
};

/// The words of the commands that install what a requirements file lists, without the program: one
/// for roles, one for collections, each if the file has such. `file_text` is that of the file,
/// `file_name` what the commands call it.
std::vector<std::vector<std::string>> galaxy_commands(
    const plan::GalaxyOptions& options,
    bool force_with_deps,
    std::string_view file_text,
    const std::string& file_name,
    const GalaxyPlaces& places
);

}  // namespace kiln::exec
