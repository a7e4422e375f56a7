#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/unpack.hpp"
#include "sys/sandbox.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// What package scripts see: the clean environment of a sandbox, no questions, and everything that
/// makes their results repeatable.
std::map<std::string, std::string> package_environment(std::int64_t epoch);

/// Runs the scripts of unpacked packages: each preinst, then `dpkg --configure -a`. The sandbox
/// has the binds of DeferredPrograms; see catch_up.
void configure_packages(
    sys::Sandbox& sandbox,
    const std::vector<UnpackedPackage>& packages,
    std::int64_t epoch,
    BuildContext& context
);

/// Does what DeferredPrograms put off while packages were configured: the initramfs of every
/// kernel, certificates, Python.
void catch_up(sys::Sandbox& sandbox, std::int64_t epoch, BuildContext& context);

/// The newest kernel's version, "" without a kernel. Checks that its initramfs has the drivers
/// without which EC2 and QEMU find no root disk: Error{unsupported} names the missing ones.
std::string check_kernel(sys::Sandbox& sandbox, std::int64_t epoch, BuildContext& context);

/// Runs a command that must succeed; its last lines of output are in the message when it does not.
void run_in_tree(
    sys::Sandbox& sandbox,
    const std::vector<std::string>& argv,
    std::int64_t epoch,
    std::stop_token stop,
    const std::function<void(std::string_view line)>& on_line = {}
);

}  // namespace kiln::exec::rootfs
