#pragma once

#include "plan/build_plan.hpp"

#include <string>

namespace kiln::exec {

/// The values of a machine completed by those of the run. What every builder should give and this
/// one does not becomes a text that says so, as with Packer.
plan::BuildValues complete_build_values(plan::BuildValues of_machine, const std::string& run_uuid);

}  // namespace kiln::exec
