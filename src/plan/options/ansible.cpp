#include "plan/options/ansible.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void check_file(const char* option, const std::string& path, const CheckContext& context) {
    if (!path.empty()) {
        check_regular_file(option, path, context);
    }
}

void check_folder(const char* option, const std::string& path, const CheckContext& context) {
    if (!path.empty()) {
        check_directory(option, path, context);
    }
}

void files_exist(const AnsibleOptions& ansible, const CheckContext& context) {
    check_file("playbook_file", ansible.playbook_file, context);
    check_file("galaxy_file", ansible.galaxy.galaxy_file.value_or(""), context);
    check_file("ssh_host_key_file", ansible.ssh_host_key_file.value_or(""), context);
    check_file("ssh_authorized_key_file", ansible.ssh_authorized_key_file.value_or(""), context);
    check_folder("inventory_directory", ansible.inventory_directory.value_or(""), context);
}

void variables_are_spelt(const AnsibleOptions& ansible, const CheckContext& context) {
    check_environment("ansible_env_vars", ansible.ansible_env_vars, context);
}

void uploads_exist(const AnsibleLocalOptions& ansible, const CheckContext& context) {
    check_file("playbook_file", ansible.playbook_file.value_or(""), context);
    for (const std::string& path : ansible.playbook_files) {
        check_file("playbook_files", path, context);
    }
    check_file("inventory_file", ansible.inventory_file.value_or(""), context);
    check_file("galaxy_file", ansible.galaxy.galaxy_file.value_or(""), context);
    check_folder("playbook_dir", ansible.playbook_dir.value_or(""), context);
    check_folder("group_vars", ansible.group_vars.value_or(""), context);
    check_folder("host_vars", ansible.host_vars.value_or(""), context);
    for (const std::string& path : ansible.playbook_paths) {
        check_folder("playbook_paths", path, context);
    }
    for (const std::string& path : ansible.role_paths) {
        check_folder("role_paths", path, context);
    }
    for (const std::string& path : ansible.collection_paths) {
        check_folder("collection_paths", path, context);
    }
}

}  // namespace

const OptionTable& GalaxyOptions::options() {
    using O = GalaxyOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::galaxy_file>(
            "galaxy_file", {.help = "list of roles and collections to install"}
        ),
        option<&O::galaxy_command>("galaxy_command", {.help = "program that installs them"}),
        option<&O::galaxy_force_install>(
            "galaxy_force_install", {.help = "install them although they are there"}
        ),
    });
    return table;
}

const OptionTable& AnsibleOptions::options() {
    using O = AnsibleOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::playbook_file>("playbook_file", {.help = "playbook to run", .required = true}),
        option<&O::command>("command", {.help = "program to run"}),
        option<&O::extra_arguments>(
            "extra_arguments",
            {.help = "arguments of that program", .render = Render::at_prepare_and_run}
        ),
        option<&O::ansible_env_vars>(
            "ansible_env_vars",
            {.help = "its environment, as \"NAME=value\"", .render = Render::at_prepare_and_run}
        ),
        option<&O::groups>("groups", {.help = "groups that the machine is in"}),
        option<&O::empty_groups>("empty_groups", {.help = "groups that are empty"}),
        option<&O::host_alias>("host_alias", {.help = "name of the machine in the inventory"}),
        option<&O::user>(
            "user", {.help = "user that Ansible logs in as", .default_text = "the communicator's"}
        ),
        option<&O::local_port>(
            "local_port",
            {.help = "what .Port is in inventory_file_template; kiln needs no port of a proxy",
             .minimum = 0,
             .maximum = 65535,
             .default_text = "the machine's"}
        ),
        option<&O::ssh_host_key_file>(
            "ssh_host_key_file", {.help = "host key of Packer's proxy, which kiln does without"}
        ),
        option<&O::ssh_authorized_key_file>(
            "ssh_authorized_key_file",
            {.help = "key that Packer's proxy takes, which kiln does without"}
        ),
        option<&O::ansible_proxy_key_type>(
            "ansible_proxy_key_type",
            {.help = "kind of those keys; of no effect",
             .allowed = {"ECDSA", "RSA", "ecdsa", "rsa"}}
        ),
        option<&O::sftp_command>(
            "sftp_command", {.help = "SFTP server on the machine; of no effect"}
        ),
        option<&O::use_sftp>("use_sftp", {.help = "copy files with SFTP"}),
        option<&O::use_proxy>(
            "use_proxy",
            {.help = "let Ansible reach the machine through kiln, not by its own ssh",
             .default_text = "true"}
        ),
        option<&O::skip_version_check>(
            "skip_version_check", {.help = "do not ask the program for its version"}
        ),
        option<&O::inventory_file>("inventory_file", {.help = "inventory to use"}),
        option<&O::inventory_directory>(
            "inventory_directory", {.help = "folder to make the inventory in"}
        ),
        option<&O::inventory_file_template>(
            "inventory_file_template",
            {.help =
                 "line of the machine in the inventory; knows .HostAlias, .Host, .User and .Port",
             .render = Render::at_run}
        ),
        option<&O::keep_inventory_file>(
            "keep_inventory_file", {.help = "keep the inventory that was made"}
        ),
        option<&O::ansible_ssh_extra_args>(
            "ansible_ssh_extra_args",
            {.help = "further options of ssh", .default_text = "-o IdentitiesOnly=yes"}
        ),
        include<&O::galaxy>(),
        option<&O::galaxy_force_with_deps>(
            "galaxy_force_with_deps", {.help = "and all that they need"}
        ),
        option<&O::roles_path>("roles_path", {.help = "where roles are installed"}),
        option<&O::collections_path>(
            "collections_path", {.help = "where collections are installed"}
        ),
        option<&O::ansible_winrm_use_http>("ansible_winrm_use_http", {.help = "Windows only"}),
        rule<&files_exist>("`playbook_file`, `galaxy_file` and the key files are files; "
                           "`inventory_directory` is a folder."),
        rule<&variables_are_spelt>("Each of `ansible_env_vars` is `NAME=value`."),
    });
    return table;
}

const OptionTable& AnsibleLocalOptions::options() {
    using O = AnsibleLocalOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::playbook_file>("playbook_file", {.help = "playbook to run"}),
        option<&O::playbook_files>("playbook_files", {.help = "several playbooks"}),
        option<&O::command>("command", {.help = "command that runs one"}),
        option<&O::extra_arguments>("extra_arguments", {.help = "arguments of that command"}),
        option<&O::playbook_dir>("playbook_dir", {.help = "folder to upload along"}),
        option<&O::playbook_paths>("playbook_paths", {.help = "folders to upload to playbooks/"}),
        option<&O::role_paths>("role_paths", {.help = "roles to upload"}),
        option<&O::collection_paths>("collection_paths", {.help = "collections to upload"}),
        option<&O::group_vars>("group_vars", {.help = "folder of variables of groups"}),
        option<&O::host_vars>("host_vars", {.help = "folder of variables of hosts"}),
        option<&O::inventory_file>(
            "inventory_file", {.help = "inventory to use", .default_text = "the machine alone"}
        ),
        option<&O::inventory_groups>("inventory_groups", {.help = "groups that the machine is in"}),
        option<&O::staging_directory>(
            "staging_directory",
            {.help = "where all that is uploaded to",
             .default_text = "\"/tmp/packer-provisioner-ansible-local/UUID\""}
        ),
        option<&O::clean_staging_directory>(
            "clean_staging_directory", {.help = "remove it at the end"}
        ),
        include<&O::galaxy>(),
        option<&O::galaxy_roles_path>(
            "galaxy_roles_path",
            {.help = "where roles are installed", .default_text = "in staging_directory"}
        ),
        option<&O::galaxy_collections_path>(
            "galaxy_collections_path",
            {.help = "where collections are installed", .default_text = "in staging_directory"}
        ),
        exactly_one({"playbook_file", "playbook_files"}),
        rule<&uploads_exist>(
            "Playbooks, inventory and `galaxy_file` are files; folders and paths are folders."
        ),
    });
    return table;
}

}  // namespace kiln::plan
