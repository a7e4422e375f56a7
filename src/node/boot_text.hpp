#pragma once

#include "node/kernel_arguments.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The texts in which boot loaders keep the kernel command line, read and edited. All pure.

namespace kiln::node {

/// A Boot Loader Specification type 1 entry (loader/entries/*.conf), as GRUB's blscfg and
/// systemd-boot read it.
struct BlsEntry {
    std::string title;
    std::string version;  ///< of the kernel, when the entry says
    std::string linux;    ///< path of the kernel
    std::string options;  ///< all `options` lines, joined; may hold $kernelopts (RHEL 8)

    bool operator==(const BlsEntry&) const = default;
};
BlsEntry parse_bls_entry(std::string_view text);
/// The entry with its options changed; several `options` lines become one. Without any, one is
/// added.
std::string edit_bls_entry(std::string_view text, const KernelArgumentChange& change);

/// What a shell fragment leaves in `name`, when it assigns it: the last assignment with its quotes
/// taken off. Nothing of the shell is run: $GRUB_CMDLINE_LINUX stays as it is written.
std::optional<std::string> shell_assignment(std::string_view text, std::string_view name);
/// The text with each assignment of `name` changed by `change`; with none, one is added at the end,
/// unless the change sets nothing. Used for GRUB_CMDLINE_LINUX in /etc/default/grub.
std::string edit_shell_assignment(
    std::string_view text, std::string_view name, const KernelArgumentChange& change
);

/// One `linux` line of a grub.cfg.
struct GrubEntry {
    std::string title;   ///< of the menu entry around it
    std::string kernel;  ///< "/boot/vmlinuz-6.1.0-56-amd64"
    std::string line;    ///< the words after the kernel's path

    bool operator==(const GrubEntry&) const = default;
};
std::vector<GrubEntry> parse_grub_config(std::string_view text);
std::string edit_grub_config(std::string_view text, const KernelArgumentChange& change);

/// GRUB's environment block: 1024 bytes, `name=value` lines, filled up with '#'.
constexpr std::size_t kGrubEnvironmentBytes = 1024;
std::optional<std::string> grub_environment_value(std::string_view block, std::string_view name);
/// Throws Error when the block is damaged or the value does not fit.
std::string edit_grub_environment(
    std::string_view block, std::string_view name, const KernelArgumentChange& change
);

/// The .cmdline section of a unified kernel image (a PE file), or nothing when there is none.
std::optional<std::string> uki_command_line(std::string_view pe_file);

}  // namespace kiln::node
