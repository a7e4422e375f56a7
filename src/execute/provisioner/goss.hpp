#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/goss.hpp"

namespace kiln::exec {

/// Tests the machine with files of goss: kiln asks for the facts and judges them itself, or, when
/// the options say where goss's own program comes from, that program does.
std::unique_ptr<Provisioner> make_goss_provisioner(plan::GossOptions options);

}  // namespace kiln::exec
