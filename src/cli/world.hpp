#pragma once

#include "cli/session.hpp"
#include "hcl/functions.hpp"
#include "plan/check.hpp"
#include "plan/make_plan.hpp"

#include <string>

namespace kiln::cli {

/// What reading a template may see of the real world: files, folders, the environment, the clock.
/// The session must outlive it.
hcl::FunctionEnvironment real_world(Session& session);

/// What planning may see of it. The session must outlive it.
plan::Facts real_facts(Session& session);
plan::RunFacts run_facts(const Session& session);

/// A random (version 4) UUID.
std::string make_uuid();

}  // namespace kiln::cli
