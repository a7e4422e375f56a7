#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/qemu/accelerator.hpp"
#include "plan/options/qemu.hpp"

#include <string>

namespace kiln::exec::qemu {

/// What this host's QEMU is and can.
struct HostFacts {
    std::string version;  ///< first line of its --version
    ChosenAccelerator accelerator;
    std::string display;       ///< for -display; "" leaves it to QEMU
    std::string display_note;  ///< for people, where there is no window although one is wanted
};

/// Looks at the programs that the options need. Throws Error{unsupported} that names what is
/// missing with its package, and what choose_accelerator throws.
HostFacts check_host(const plan::QemuOptions& options, const BuildContext& context);

/// The address of this host on one of its networks ("br0"). Throws Error{not_found}.
std::string address_of_interface(const std::string& interface);

/// The IPv4 address that the kernel has seen behind a MAC address; "" when it has not. `table` is
/// the text of /proc/net/arp. Pure.
std::string address_behind(const std::string& table, const std::string& mac);

}  // namespace kiln::exec::qemu
