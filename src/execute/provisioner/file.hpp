#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/file_provisioner.hpp"

namespace kiln::exec {

/// Copies files and folders to the machine, or from it.
std::unique_ptr<Provisioner> make_file_provisioner(plan::FileProvisionerOptions options);

}  // namespace kiln::exec
