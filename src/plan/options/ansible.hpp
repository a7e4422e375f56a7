#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Roles and collections that are fetched first.
struct GalaxyOptions {
    std::optional<std::string> galaxy_file;
    std::string galaxy_command = "ansible-galaxy";
    bool galaxy_force_install = false;

    bool operator==(const GalaxyOptions&) const = default;

    static const OptionTable& options();
};

/// Provisioner `ansible`: a playbook, run from here.
struct AnsibleOptions {
    std::string playbook_file = "";
    std::string command = "ansible-playbook";
    std::vector<std::string> extra_arguments;
    std::vector<std::string> ansible_env_vars;
    std::vector<std::string> groups;
    std::vector<std::string> empty_groups;
    std::string host_alias = "default";
    std::optional<std::string> user;
    std::int64_t local_port = 0;
    std::optional<std::string> ssh_host_key_file;
    std::optional<std::string> ssh_authorized_key_file;
    std::string ansible_proxy_key_type = "ECDSA";
    std::string sftp_command = "/usr/lib/sftp-server -e";
    bool use_sftp = false;
    std::optional<bool> use_proxy;
    bool skip_version_check = false;
    std::optional<std::string> inventory_file;
    std::optional<std::string> inventory_directory;
    std::optional<std::string> inventory_file_template;
    bool keep_inventory_file = false;
    std::vector<std::string> ansible_ssh_extra_args;
    GalaxyOptions galaxy;
    bool galaxy_force_with_deps = false;
    std::optional<std::string> roles_path;
    std::optional<std::string> collections_path;
    bool ansible_winrm_use_http = false;

    bool operator==(const AnsibleOptions&) const = default;

    static const OptionTable& options();
};

/// Provisioner `ansible-local`: playbooks, run on the machine.
struct AnsibleLocalOptions {
    std::optional<std::string> playbook_file;
    std::vector<std::string> playbook_files;
    std::string command = "ANSIBLE_FORCE_COLOR=1 PYTHONUNBUFFERED=1 ansible-playbook";
    std::vector<std::string> extra_arguments;
    std::optional<std::string> playbook_dir;
    std::vector<std::string> playbook_paths;
    std::vector<std::string> role_paths;
    std::vector<std::string> collection_paths;
    std::optional<std::string> group_vars;
    std::optional<std::string> host_vars;
    std::optional<std::string> inventory_file;
    std::vector<std::string> inventory_groups;
    std::optional<std::string> staging_directory;
    bool clean_staging_directory = false;
    GalaxyOptions galaxy;
    std::optional<std::string> galaxy_roles_path;
    std::optional<std::string> galaxy_collections_path;

    bool operator==(const AnsibleLocalOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
