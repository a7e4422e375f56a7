#pragma once

#include "execute/build_context.hpp"
#include "plan/options/rootfs.hpp"

#include <string>

namespace kiln::exec::rootfs {

/// "amd64", "arm64": of this host, as Debian names it. Throws Error{unsupported} for others.
std::string host_architecture();

/// Whatever of the host is known to be missing before the first effect: root, overlayfs, programs.
/// Throws Error, with the package to install where there is one.
void check_host(const plan::RootfsOptions& options, const BuildContext& context);

}  // namespace kiln::exec::rootfs
