#pragma once

#include "plan/build_plan.hpp"

#include <string>

namespace kiln::plan {

/// The plan for people, secrets masked (mask_whole_secrets), one line each for what is decided.
/// Ends with a newline.
std::string print_plan(const BuildPlan& plan);

/// The plan as JSON (two-space indent, final newline), secrets masked: `builds` is a list of
/// records; what is absent is null.
std::string print_plan_json(const BuildPlan& plan);

}  // namespace kiln::plan
