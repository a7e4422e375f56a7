#pragma once

#include "base/diagnostics.hpp"
#include "plan/build_plan.hpp"

#include <string>

namespace kiln::plan {

/// Why kiln can not run a component of this type with these options; "" when it can. A type that is
/// not in the registry belongs to a plugin.
std::string reason_against(
    ComponentRole role, const std::string& type, const DecodedOptions& options
);

/// An error for each component of the plan that can not run, once for all builds that hold it. A
/// build of the plan must not start when there is one.
void refuse_what_cannot_run(const BuildPlan& plan, Diagnostics& diagnostics);

/// What `validate` tells of them, a line each; "" when everything can run:
///
///     amazon-ebs.base: builder "amazon-ebs" can not run: kiln checks its options only, for now
std::string list_what_cannot_run(const BuildPlan& plan);

}  // namespace kiln::plan
