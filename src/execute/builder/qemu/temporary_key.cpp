#include "execute/builder/qemu/temporary_key.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/machine.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec::qemu {

namespace {

constexpr const char* kKeyComment = "kiln-temporary-key";
constexpr const char* kKeyFile = "key";

}  // namespace

bool wants_temporary_key(const plan::CommunicatorOptions& communicator) {
    const plan::SshOptions& ssh = communicator.ssh;
    return communicator.communicator == "ssh" && !ssh.ssh_private_key_file && !ssh.ssh_agent_auth;
}

std::string authorized_line(const SshKeyPair& key) {
    return key.public_key + " " + kKeyComment;
}

void keep_key(
    const SshKeyPair& key, const std::filesystem::path& folder, const BuildContext& context
) {
    constexpr unsigned kOwnerOnly = 0600;
    context.effects.files.write_file_atomic(
        folder / kKeyFile, key.public_key + "\n" + key.private_key.reveal(), kOwnerOnly
    );
}

SshKeyPair kept_key(const std::filesystem::path& folder, const BuildContext& context) {
    const std::string text = context.effects.files.read_file(folder / kKeyFile);
    const std::size_t line = text.find('\n');
    return {Secret(text.substr(line + 1)), text.substr(0, line)};
}

void remove_temporary_key(const SshKeyPair& key, Machine& machine, const BuildContext& context) {
    const std::string blob = key.public_key.substr(key.public_key.find(' ') + 1);
    const std::string edit =
        "for f in ~/.ssh/authorized_keys /root/.ssh/authorized_keys; do "
        "if $sudo grep -qsF " +
        shell_quote(blob) +
        " \"$f\"; then "
        "$sudo sed -i " +
        shell_quote("\\#" + blob + "#d") + " \"$f\"; fi; done";
    try {
        machine.communicator().run(
            "sudo=$([ \"$(id -u)\" = 0 ] || echo 'sudo -n'); " + edit + " 2>/dev/null; true",
            [](sys::OutputStream, std::string_view) {},
            context.stop
        );
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        context.warn("the temporary key may be left in the image: " + error.message());
    }
}

}  // namespace kiln::exec::qemu
