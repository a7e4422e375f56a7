#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/node_tuning.hpp"

#include <memory>

namespace kiln::exec {

std::unique_ptr<Provisioner> make_node_tuning_provisioner(plan::NodeTuningOptions options);

}  // namespace kiln::exec
