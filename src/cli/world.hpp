#pragma once

#include "cli/session.hpp"
#include "hcl/functions.hpp"
#include "plan/check.hpp"
#include "plan/make_plan.hpp"
#include "template/value_graph.hpp"

#include <string>

namespace kiln::cli {

/// What reading a template may see of the real world: files, folders, the environment, the clock.
/// The session must outlive it.
hcl::FunctionEnvironment real_world(Session& session);

/// What planning may see of it. The session must outlive it.
plan::Facts real_facts(Session& session);
plan::RunFacts run_facts(const Session& session);

/// Reads data sources from the real world. The session must outlive it.
tmpl::DataReader real_data(Session& session);

/// The same for commands that only look at a template: what can not be read is unknown, as in
/// Packer's inspect and console.
tmpl::DataReader real_data_if_it_can_be_had(Session& session);

/// A random (version 4) UUID.
std::string make_uuid();

}  // namespace kiln::cli
