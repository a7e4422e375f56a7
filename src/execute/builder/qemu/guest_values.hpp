#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/qemu/arguments.hpp"
#include "plan/boot_command.hpp"
#include "plan/options/qemu.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// What templates of the machine's texts may ask for ({{ .HTTPIP }}).
struct GuestValues {
    std::string name;
    std::string http_ip;
    int http_port = 0;  ///< 0 without a server
    std::string http_directory;
    std::string output_directory;
    std::string ssh_public_key;

    bool operator==(const GuestValues&) const = default;
};

/// Texts by path, rendered. `option` names them for people.
std::map<std::string, std::string> render_texts(
    const std::string& option,
    const std::map<std::string, std::string>& texts,
    const GuestValues& values,
    const BuildContext& context
);

QemuArgs render_qemuargs(
    const plan::QemuOptions& options,
    const GuestValues& values,
    int ssh_host_port,
    const BuildContext& context
);

/// One text to type, and what to say before.
struct BootStep {
    std::string description;
    std::string text;

    bool operator==(const BootStep&) const = default;
};
/// boot_command is one step; rendered.
std::vector<BootStep> render_boot_steps(
    const plan::BootOptions& options, const GuestValues& values, const BuildContext& context
);

}  // namespace kiln::exec::qemu
