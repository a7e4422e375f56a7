#include "execute/provisioner/ansible/ansible_local.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/provisioner/ansible/galaxy.hpp"
#include "execute/provisioner/local_tree.hpp"
#include "execute/provisioner/script_variables.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

// Of a shell that does not find its command.
constexpr int kNoSuchProgram = 127;
constexpr unsigned kFileMode = 0644;

/// A local file or folder and its place below the staging folder.
struct Upload {
    std::string local;
    std::string name;
};

class AnsibleLocalProvisioner final : public Provisioner {
public:
    explicit AnsibleLocalProvisioner(plan::AnsibleLocalOptions options)
        : options_(std::move(options)) {}

    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    std::vector<Upload> file_uploads() const;
    std::vector<Upload> folder_uploads() const;
    std::vector<std::string> playbooks() const;
    std::string name_of_playbook(const std::string& playbook) const;
    std::string staging(const BuildContext& context, Machine& machine) const;
    std::string inventory() const;
    void upload(BuildContext& context, Communicator& communicator, const std::string& staging)
        const;
    void install_requirements(
        BuildContext& context, Communicator& communicator, const std::string& staging
    ) const;
    std::string command(
        const BuildContext& context, const std::string& staging, const std::string& playbook
    ) const;

    plan::AnsibleLocalOptions options_;
};

std::string name_in_path(const std::string& path) {
    return Path(path).lexically_normal().filename().string();
}

std::vector<std::string> AnsibleLocalProvisioner::playbooks() const {
    return options_.playbook_file ? std::vector{*options_.playbook_file} : options_.playbook_files;
}

// One of several keeps the folders that it stands in: two may have the same last name.
std::string AnsibleLocalProvisioner::name_of_playbook(const std::string& playbook) const {
    if (options_.playbook_file) {
        return name_in_path(playbook);
    }
    const Path base = options_.playbook_dir.value_or(".");
    const Path relative =
        Path(playbook).lexically_normal().lexically_proximate(base.lexically_normal());
    const bool leads_out = relative.empty() || relative.is_absolute() || *relative.begin() == "..";
    return leads_out ? name_in_path(playbook) : relative.string();
}

std::vector<Upload> AnsibleLocalProvisioner::file_uploads() const {
    std::vector<Upload> uploads;
    for (const std::string& playbook : playbooks()) {
        uploads.push_back({playbook, name_of_playbook(playbook)});
    }
    for (const auto& file : {options_.inventory_file, options_.galaxy.galaxy_file}) {
        if (file) {
            uploads.push_back({*file, name_in_path(*file)});
        }
    }
    return uploads;
}

std::vector<Upload> AnsibleLocalProvisioner::folder_uploads() const {
    std::vector<Upload> uploads;
    if (options_.playbook_dir) {
        uploads.push_back({*options_.playbook_dir, "."});
    }
    if (options_.group_vars) {
        uploads.push_back({*options_.group_vars, "group_vars"});
    }
    if (options_.host_vars) {
        uploads.push_back({*options_.host_vars, "host_vars"});
    }
    const auto add_all = [&](const std::vector<std::string>& folders, const std::string& below) {
        for (const std::string& folder : folders) {
            uploads.push_back({folder, below + "/" + name_in_path(folder)});
        }
    };
    add_all(options_.role_paths, "roles");
    add_all(options_.collection_paths, "collections");
    add_all(options_.playbook_paths, "playbooks");
    return uploads;
}

std::string AnsibleLocalProvisioner::inventory() const {
    constexpr const char* kThisMachine = "127.0.0.1\n";
    if (options_.inventory_groups.empty()) {
        return kThisMachine;
    }
    std::string text;
    for (const std::string& group : options_.inventory_groups) {
        text += "[" + group + "]\n" + kThisMachine;
    }
    return text;
}

std::vector<StepInput> AnsibleLocalProvisioner::inputs(const BuildContext& context) const {
    std::vector<StepInput> inputs;
    for (const auto& uploads : {folder_uploads(), file_uploads()}) {
        for (const Upload& upload : uploads) {
            for (StepInput& input : local_tree_inputs(context, upload.local)) {
                inputs.push_back(std::move(input));
            }
        }
    }
    inputs.push_back({"inventory", sha256_hex(inventory())});
    for (const std::string& playbook : playbooks()) {
        inputs.push_back({"command", sha256_hex(command(context, "", playbook))});
    }
    inputs.push_back({"staging_directory", options_.staging_directory.value_or("")});
    inputs.push_back({"clean", options_.clean_staging_directory ? "true" : "false"});
    const plan::GalaxyOptions& galaxy = options_.galaxy;
    inputs.push_back({"galaxy_command", galaxy.galaxy_command});
    inputs.push_back({"galaxy_force_install", galaxy.galaxy_force_install ? "true" : "false"});
    inputs.push_back({"galaxy_roles_path", options_.galaxy_roles_path.value_or("")});
    inputs.push_back({"galaxy_collections_path", options_.galaxy_collections_path.value_or("")});
    return inputs;
}

// The same in each run where results are kept, else one of this build's own.
std::string AnsibleLocalProvisioner::staging(const BuildContext& context, Machine& machine) const {
    if (options_.staging_directory) {
        return *options_.staging_directory;
    }
    Digest digest;
    if (machine.step_layers() == nullptr) {
        digest.field(context.options.run_uuid).field(context.build.name);
    }
    for (const StepInput& input : inputs(context)) {
        digest.field(input.name).field(input.value);
    }
    return "/tmp/packer-provisioner-ansible-local/" + digest.finish_hex().substr(0, 32);
}

sys::ExitStatus run_remote(
    BuildContext& context, Communicator& communicator, const std::string& command_line
) {
    throw_if_stopped(context.stop);
    OutputLines lines(context);
    const sys::ExitStatus status = communicator.run(command_line, lines.sink(), context.stop);
    lines.finish();
    return status;
}

void must_succeed(sys::ExitStatus status, const std::string& doing) {
    if (!status.ok()) {
        throw Error(ErrorKind::command, doing + ": " + sys::describe(status));
    }
}

/// The same for a program of Ansible's, which a machine may lack.
void ansible_must_succeed(
    sys::ExitStatus status, const std::string& what, const std::string& described
) {
    if (status.ok()) {
        return;
    }
    Error error(
        ErrorKind::command, "Error executing " + what + ": Non-zero exit status: " + described
    );
    if (status.code == kNoSuchProgram) {
        error.set_hint(
            "ansible-local runs the machine's own Ansible: install it in a shell step before this "
            "one (package ansible-core), or use the provisioner ansible"
        );
    }
    throw error;
}

void AnsibleLocalProvisioner::upload(
    BuildContext& context, Communicator& communicator, const std::string& staging
) const {
    const std::vector<Upload> files = file_uploads();
    const std::vector<Upload> folders = folder_uploads();
    std::string make = "mkdir -p " + shell_quote(staging);
    for (const auto& uploads : {files, folders}) {
        for (const Upload& one : uploads) {
            const std::string parent = Path(one.name).parent_path().string();
            make += parent.empty() ? "" : " " + shell_quote(staging + "/" + parent);
        }
    }
    context.say("Creating Ansible staging directory...");
    must_succeed(run_remote(context, communicator, make), "creating " + staging);
    for (const Upload& folder : folders) {
        context.say("Uploading " + folder.local + " => " + staging + "/" + folder.name);
        communicator.upload_directory(folder.local, staging + "/" + folder.name, context.stop);
    }
    for (const Upload& file : files) {
        context.say("Uploading " + file.local + " => " + staging + "/" + file.name);
        communicator.upload_file(file.local, staging + "/" + file.name, context.stop);
    }
    if (!options_.inventory_file) {
        communicator.upload_content(inventory(), staging + "/inventory", kFileMode);
    }
}

void AnsibleLocalProvisioner::install_requirements(
    BuildContext& context, Communicator& communicator, const std::string& staging
) const {
    if (!options_.galaxy.galaxy_file) {
        return;
    }
    const auto commands = galaxy_commands(
        options_.galaxy,
        false,
        context.effects.files.read_file(*options_.galaxy.galaxy_file),
        staging + "/" + name_in_path(*options_.galaxy.galaxy_file),
        {options_.galaxy_roles_path.value_or(staging + "/roles"),
         options_.galaxy_collections_path.value_or(staging + "/collections")}
    );
    for (const std::vector<std::string>& words : commands) {
        std::string line = "cd " + shell_quote(staging) + " && " + options_.galaxy.galaxy_command;
        for (const std::string& word : words) {
            line += " " + shell_quote(word);
        }
        context.say("Executing Ansible Galaxy: " + line);
        const sys::ExitStatus status = run_remote(context, communicator, line);
        ansible_must_succeed(status, "Ansible Galaxy", sys::describe(status));
    }
}

// Packer leaves the user's arguments to the shell, and so do templates that quote them.
std::string AnsibleLocalProvisioner::command(
    const BuildContext& context, const std::string& staging, const std::string& playbook
) const {
    std::string variables = "packer_build_name=" + context.build.source_name +
                            " packer_builder_type=" + context.build.builder_type();
    const ScriptVariables known = script_variables(context, {}, {});
    if (const auto address = known.find("PACKER_HTTP_ADDR"); address != known.end()) {
        variables += " packer_http_addr=" + address->second;
    }
    std::string line = "cd " + staging + " && " + options_.command + " " + staging + "/" +
                       name_of_playbook(playbook) + " --extra-vars \"" + variables + "\"";
    for (const std::string& argument : options_.extra_arguments) {
        line += " " + render_at_run(context, "extra_arguments", argument);
    }
    const std::string inventory =
        options_.inventory_file ? name_in_path(*options_.inventory_file) : "inventory";
    return line + " -c local -i " + staging + "/" + inventory;
}

void AnsibleLocalProvisioner::run(BuildContext& context, Machine& machine) {
    context.say("Provisioning with Ansible...");
    const std::string folder = staging(context, machine);
    Communicator& communicator = machine.communicator();
    upload(context, communicator, folder);
    install_requirements(context, communicator, folder);
    for (const std::string& playbook : playbooks()) {
        const std::string line = command(context, folder, playbook);
        context.say("Executing Ansible: " + line);
        const sys::ExitStatus status = run_remote(context, communicator, line);
        ansible_must_succeed(status, "Ansible", std::to_string(status.code));
    }
    if (options_.clean_staging_directory) {
        context.say("Removing staging directory...");
        must_succeed(
            run_remote(context, communicator, "rm -rf " + shell_quote(folder)), "removing " + folder
        );
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_ansible_local_provisioner(plan::AnsibleLocalOptions options) {
    return std::make_unique<AnsibleLocalProvisioner>(std::move(options));
}

}  // namespace kiln::exec
