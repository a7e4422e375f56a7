#pragma once

#include "execute/builder.hpp"
#include "plan/options/qemu.hpp"

#include <memory>

namespace kiln::exec {

/// Builder `qemu`: a disk image that a virtual machine has filled.
std::unique_ptr<Builder> make_qemu_builder(plan::QemuOptions options);

}  // namespace kiln::exec
