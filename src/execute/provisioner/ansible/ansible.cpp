#include "execute/provisioner/ansible/ansible.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/communicator/communicator_server.hpp"
#include "execute/output_lines.hpp"
#include "execute/provisioner/ansible/ansible_inputs.hpp"
#include "execute/provisioner/ansible/ansible_program.hpp"
#include "execute/provisioner/ansible/connection_plugin.hpp"
#include "execute/provisioner/ansible/direct_ssh.hpp"
#include "execute/provisioner/ansible/galaxy.hpp"
#include "execute/provisioner/ansible/inventory.hpp"
#include "execute/provisioner/ansible/private_folder.hpp"
#include "execute/provisioner/local_script.hpp"
#include "execute/provisioner/script_variables.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <memory>
#include <utility>

namespace kiln::exec {

namespace {

using Environment = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

// Bytes: room for the sockets that ssh(1) makes below the folder.
constexpr std::size_t kLongestSocket = 40;
// What Packer's proxy is reached at; playbooks and inventories may name it.
constexpr const char* kProxyAddress = "127.0.0.1";
constexpr const char* kConnection = "kiln";

/// An inventory that was made; gone with the object unless it is kept.
class InventoryFile {
public:
    InventoryFile(BuildContext& context, std::filesystem::path path, const std::string& text)
        : context_(context),
          path_(std::move(path)),
          entry_(context.effects.journal, ResourceKind::file, path_.string()) {
        constexpr unsigned kOwnerOnly = 0600;
        context_.effects.files.write_file_atomic(path_, text, kOwnerOnly);
    }
    ~InventoryFile() {
        try {
            if (!kept_) {
                context_.effects.files.remove_file(path_);
            }
            entry_.release();
        } catch (const Error& error) {
            context_.warn("the inventory " + path_.string() + " is left: " + error.message());
        }
    }
    InventoryFile(const InventoryFile&) = delete;
    InventoryFile& operator=(const InventoryFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void keep() { kept_ = true; }

private:
    BuildContext& context_;
    std::filesystem::path path_;
    JournalEntry entry_;
    bool kept_ = false;
};

void prepend_path(Environment& environment, const std::string& name, const std::string& path) {
    std::string& value = environment[name];
    value = value.empty() ? path : path + ":" + value;
}

class AnsibleProvisioner final : public Provisioner {
public:
    explicit AnsibleProvisioner(plan::AnsibleOptions options) : options_(std::move(options)) {}

    void check(const BuildContext& context) const override;
    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    Words rendered(const BuildContext& context, const char* name, const Words& words) const;
    Environment environment(const BuildContext& context) const;
    InventoryHost host(const BuildContext& context, const SshTarget* direct) const;
    void install_requirements(BuildContext& context, const Environment& environment) const;
    void run_playbook(
        BuildContext& context,
        const Environment& environment,
        const Words& connection_arguments,
        const std::string& inventory
    ) const;
    void run_through_kiln(BuildContext& context, Communicator& communicator);
    void run_directly(BuildContext& context, const SshTarget& target);
    std::unique_ptr<InventoryFile> make_inventory(
        BuildContext& context, const PrivateFolder& folder, const InventoryHost& host
    ) const;

    plan::AnsibleOptions options_;
};

void AnsibleProvisioner::check(const BuildContext& context) const {
    const Environment variables = ansible_environment(context, options_.ansible_env_vars);
    require_ansible_program(options_.command, variables);
    if (options_.galaxy.galaxy_file) {
        require_ansible_program(options_.galaxy.galaxy_command, variables);
    }
    if (!options_.skip_version_check) {
        require_ansible_version(context, options_.command, variables);
    }
    // A template of the machine's line that can not be rendered is told of here.
    inventory_text(context, options_, {});
}

Words AnsibleProvisioner::rendered(
    const BuildContext& context, const char* name, const Words& words
) const {
    Words out;
    for (const std::string& word : words) {
        out.push_back(render_at_run(context, name, word));
    }
    return out;
}

Environment AnsibleProvisioner::environment(const BuildContext& context) const {
    Environment variables = ansible_environment(
        context, rendered(context, "ansible_env_vars", options_.ansible_env_vars)
    );
    // Packer sets these two, and playbooks may run further programs that read them.
    variables.try_emplace("ANSIBLE_HOST_KEY_CHECKING", "False");
    if (!options_.use_sftp) {
        variables.try_emplace("ANSIBLE_SCP_IF_SSH", "True");
    }
    variables.try_emplace("PYTHONUNBUFFERED", "1");
    if (options_.roles_path) {
        prepend_path(variables, "ANSIBLE_ROLES_PATH", *options_.roles_path);
    }
    if (options_.collections_path) {
        prepend_path(variables, "ANSIBLE_COLLECTIONS_PATH", *options_.collections_path);
    }
    return variables;
}

std::vector<StepInput> AnsibleProvisioner::inputs(const BuildContext& context) const {
    return ansible_inputs(
        context,
        options_,
        rendered(context, "extra_arguments", options_.extra_arguments),
        ansible_environment(context, options_.ansible_env_vars)
    );
}

InventoryHost AnsibleProvisioner::host(const BuildContext& context, const SshTarget* direct) const {
    const auto value = [&](const char* name, const char* otherwise) {
        const auto found = context.build_values.find(name);
        const bool known = found != context.build_values.end() && !found->second.empty();
        return known ? found->second : std::string(otherwise);
    };
    InventoryHost host;
    host.user = options_.user.value_or(value("User", "root"));
    if (direct != nullptr) {
        host.address = direct->machine.host;
        host.port = std::to_string(direct->machine.port);
        host.user = options_.user.value_or(direct->machine.username);
        return host;
    }
    host.address = kProxyAddress;
    host.port =
        options_.local_port != 0 ? std::to_string(options_.local_port) : value("Port", "22");
    host.connection = kConnection;
    return host;
}

std::unique_ptr<InventoryFile> AnsibleProvisioner::make_inventory(
    BuildContext& context, const PrivateFolder& folder, const InventoryHost& host
) const {
    if (options_.inventory_file) {
        return nullptr;
    }
    const std::string name = "packer-provisioner-ansible" + temporary_digits(context);
    std::filesystem::path path = folder / name;
    if (options_.inventory_directory) {
        path = std::filesystem::path(*options_.inventory_directory) / name;
    } else if (options_.keep_inventory_file) {
        path = context.effects.temp_directory / name;
    }
    // Where kiln was started, whatever folder Ansible goes to.
    path = (std::filesystem::path(context.build.text.working_directory) / path).lexically_normal();
    auto file =
        std::make_unique<InventoryFile>(context, path, inventory_text(context, options_, host));
    if (options_.keep_inventory_file) {
        file->keep();
        context.say("Keeping the inventory " + path.string());
    }
    return file;
}

void run_local(
    BuildContext& context, const Words& words, const Environment& environment, const char* what
) {
    context.say(std::string("Executing ") + what + ": " + join(words, " "));
    sys::Command command;
    command.argv = words;
    command.environment = environment;
    OutputLines lines(context);
    sys::ExitStatus status;
    try {
        status = context.effects.processes.run(command, lines.sink(), context.stop);
    } catch (...) {
        lines.finish();
        throw;
    }
    lines.finish();
    if (!status.ok()) {
        throw Error(
            ErrorKind::command,
            std::string("Error executing ") + what +
                ": Non-zero exit status: " + sys::describe(status)
        );
    }
}

void AnsibleProvisioner::install_requirements(BuildContext& context, const Environment& environment)
    const {
    if (!options_.galaxy.galaxy_file) {
        return;
    }
    const std::string& file = *options_.galaxy.galaxy_file;
    const auto commands = galaxy_commands(
        options_.galaxy,
        options_.galaxy_force_with_deps,
        context.effects.files.read_file(file),
        file,
        {options_.roles_path.value_or(""), options_.collections_path.value_or("")}
    );
    for (Words words : commands) {
        words.insert(words.begin(), options_.galaxy.galaxy_command);
        run_local(context, words, environment, "Ansible Galaxy");
    }
}

void AnsibleProvisioner::run_playbook(
    BuildContext& context,
    const Environment& environment,
    const Words& connection_arguments,
    const std::string& inventory
) const {
    Words words = {
        options_.command,
        "-e",
        "packer_build_name=\"" + context.build.source_name + "\"",
        "-e",
        "packer_builder_type=" + context.build.builder_type()};
    const ScriptVariables known = script_variables(context, {}, {});
    if (const auto address = known.find("PACKER_HTTP_ADDR"); address != known.end()) {
        words.insert(words.end(), {"-e", "packer_http_addr=" + address->second});
    }
    words.insert(words.end(), connection_arguments.begin(), connection_arguments.end());
    const Words extra = rendered(context, "extra_arguments", options_.extra_arguments);
    words.insert(words.end(), extra.begin(), extra.end());
    const std::filesystem::path here = context.build.text.working_directory;
    words.insert(
        words.end(), {"-i", inventory, (here / options_.playbook_file).lexically_normal().string()}
    );
    run_local(context, words, environment, "Ansible");
}

// The message of a module that found no Python says so, among much else.
void explain_missing_python(BuildContext& context, Communicator& communicator, Error& error) {
    try {
        const sys::ExitStatus status = communicator.run(
            "command -v python3 || command -v python || test -x /usr/libexec/platform-python",
            {},
            context.stop
        );
        if (!status.ok()) {
            error.set_hint(
                "the machine has no Python, which Ansible's modules need: install it in a shell "
                "step before this one (package python3), or name one with "
                "ansible_python_interpreter"
            );
        }
    } catch (const Error&) {
        // Out of reach: what Ansible said stands.
    }
}

void AnsibleProvisioner::run_through_kiln(BuildContext& context, Communicator& communicator) {
    const PrivateFolder folder(context, "kiln-ansible", kLongestSocket);
    sys::FileSystem& files = context.effects.files;
    files.make_directories(folder / "connection", 0700);
    files.write_file_atomic(folder / "connection/kiln.py", ansible_connection_plugin());
    Environment variables = environment(context);
    prepend_path(variables, "ANSIBLE_CONNECTION_PLUGINS", folder / "connection");
    variables.try_emplace("ANSIBLE_LOCAL_TEMP", (folder / "local").string());
    variables["KILN_ANSIBLE_SOCKET"] = folder / "socket";
    variables["KILN_ANSIBLE_HOST"] = options_.host_alias;
    if (const auto host = context.build_values.find("Host"); host != context.build_values.end()) {
        variables["KILN_ANSIBLE_HOST"] += "\n" + host->second;
    }
    const auto inventory = make_inventory(context, folder, host(context, nullptr));
    install_requirements(context, variables);
    try {
        const CommunicatorServer server(communicator, folder / "socket");
        run_playbook(
            context,
            variables,
            {"-c", kConnection},
            inventory ? inventory->path().string() : *options_.inventory_file
        );
    } catch (Error& error) {
        if (error.kind() == ErrorKind::command) {
            explain_missing_python(context, communicator, error);
        }
        throw;
    }
}

void AnsibleProvisioner::run_directly(BuildContext& context, const SshTarget& target) {
    const PrivateFolder folder(context, "kiln-ansible", kLongestSocket);
    Environment variables = environment(context);
    variables["ANSIBLE_HOST_KEY_CHECKING"] = "True";
    variables.try_emplace("ANSIBLE_LOCAL_TEMP", (folder / "local").string());
    const DirectSsh ssh(context, folder, target, variables);
    const auto inventory = make_inventory(context, folder, host(context, &target));
    install_requirements(context, variables);
    Words arguments = ssh.arguments();
    if (!options_.ansible_ssh_extra_args.empty()) {
        arguments.insert(
            arguments.end(), {"--ssh-extra-args", join(options_.ansible_ssh_extra_args, " ")}
        );
    }
    const auto close = [&] { ssh.close(context, variables); };
    try {
        run_playbook(
            context,
            variables,
            arguments,
            inventory ? inventory->path().string() : *options_.inventory_file
        );
    } catch (...) {
        close();
        throw;
    }
    close();
}

void AnsibleProvisioner::run(BuildContext& context, Machine& machine) {
    throw_if_stopped(context.stop);
    context.say("Provisioning with Ansible...");
    Communicator& communicator = machine.communicator();
    const SshTarget* direct =
        options_.use_proxy.value_or(true) ? nullptr : communicator.ssh_target();
    if (direct != nullptr) {
        run_directly(context, *direct);
    } else {
        run_through_kiln(context, communicator);
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_ansible_provisioner(plan::AnsibleOptions options) {
    return std::make_unique<AnsibleProvisioner>(std::move(options));
}

}  // namespace kiln::exec
