#include "execute/provisioner/ansible/direct_ssh.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::exec {

namespace {

constexpr unsigned kKeyMode = 0600;
constexpr const char* kBastion = "kiln-bastion";

void refuse_what_ssh_cannot(
    const SshTarget& target, const std::map<std::string, std::string>& environment
) {
    if (target.proxy) {
        throw Error(
            ErrorKind::unsupported,
            "use_proxy = false: Ansible's ssh can not go through the SOCKS proxy ssh_proxy_host"
        )
            .set_hint("leave use_proxy out: kiln's own connection goes through it");
    }
    const bool bastion_needs_password = target.bastion && !target.bastion->password.empty() &&
                                        !target.bastion->private_key_file &&
                                        !target.bastion->use_agent;
    if (bastion_needs_password) {
        throw Error(
            ErrorKind::unsupported,
            "use_proxy = false: Ansible's ssh can not log in to the bastion with a password"
        )
            .set_hint("leave use_proxy out, or give the bastion a key");
    }
    if (!target.machine.password.empty() &&
        !sys::find_program("sshpass", variable(environment, "PATH"))) {
        throw Error(
            ErrorKind::not_found,
            "use_proxy = false with a password: Ansible's ssh needs the program sshpass"
        )
            .set_hint("install the Debian package sshpass, or leave use_proxy out");
    }
}

/// A key of memory becomes a file; "" without one.
std::string key_file(
    BuildContext& context, const PrivateFolder& folder, const SshLogin& login, const char* name
) {
    if (!login.private_key.empty()) {
        const std::filesystem::path path = folder / name;
        context.effects.files.write_file_atomic(path, login.private_key.reveal(), kKeyMode);
        return path;
    }
    return login.private_key_file ? login.private_key_file->string() : "";
}

std::string host_block(
    const std::string& name,
    const SshLogin& login,
    const std::string& key,
    const std::string& known_hosts,
    bool is_pinned
) {
    std::string block = fmt::format(
        "Host {}\n    HostName {}\n    Port {}\n    User \"{}\"\n"
        "    UserKnownHostsFile \"{}\"\n    GlobalKnownHostsFile /dev/null\n"
        "    StrictHostKeyChecking {}\n",
        name,
        login.host,
        login.port,
        login.username,
        known_hosts,
        is_pinned ? "yes" : "accept-new"
    );
    if (!key.empty()) {
        block += fmt::format("    IdentityFile \"{}\"\n", key);
        block += login.use_agent ? "" : "    IdentitiesOnly yes\n";
    }
    if (login.certificate_file) {
        block += fmt::format("    CertificateFile \"{}\"\n", login.certificate_file->string());
    }
    return block;
}

}  // namespace

DirectSsh::DirectSsh(
    BuildContext& context,
    const PrivateFolder& folder,
    const SshTarget& target,
    std::map<std::string, std::string>& environment
)
    : settings_(folder / "ssh_config"), sockets_(folder / "c"), host_(target.machine.host) {
    refuse_what_ssh_cannot(target, environment);
    sys::FileSystem& files = context.effects.files;
    const std::string known_hosts = folder / "known_hosts";
    const std::string key = key_file(context, folder, target.machine, "key");
    const std::string name =
        target.machine.port == 22 ? host_ : fmt::format("[{}]:{}", host_, target.machine.port);
    files.write_file_atomic(known_hosts, name + " " + target.host_key + "\n", kKeyMode);
    std::string settings = host_block(host_, target.machine, key, known_hosts, true);
    if (target.bastion) {
        settings += fmt::format("    ProxyJump {}\n", kBastion);
        settings += host_block(
            kBastion,
            *target.bastion,
            key_file(context, folder, *target.bastion, "bastion_key"),
            folder / "bastion_known_hosts",
            false
        );
    }
    files.write_file_atomic(settings_, settings, kKeyMode);
    files.make_directories(sockets_, 0700);
    environment["ANSIBLE_SSH_CONTROL_PATH_DIR"] = sockets_;
    environment.try_emplace("ANSIBLE_PIPELINING", "True");
    arguments_ = {"--ssh-common-args", "-F " + settings_};
    if (!key.empty()) {
        arguments_.insert(arguments_.end(), {"-e", "ansible_ssh_private_key_file=" + key});
    }
    if (!target.machine.password.empty()) {
        const std::string variables = folder / "password.json";
        const nlohmann::json content = {{"ansible_password", target.machine.password.reveal()}};
        files.write_file_atomic(variables, content.dump(), kKeyMode);
        arguments_.insert(arguments_.end(), {"-e", "@" + variables});
    }
}

void DirectSsh::close(BuildContext& context, const std::map<std::string, std::string>& environment)
    const {
    for (const sys::DirectoryEntry& socket : context.effects.files.list_directory(sockets_)) {
        sys::Command command;
        command.argv = {
            "ssh",
            "-F",
            settings_,
            "-o",
            "ControlPath=" + sockets_ + "/" + socket.name,
            "-O",
            "exit",
            host_};
        command.environment = environment;
        context.effects.processes.run(command, {}, {});
    }
}

}  // namespace kiln::exec
