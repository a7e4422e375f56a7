#pragma once

#include "node/arguments.hpp"

#include <string_view>
#include <vector>

namespace kiln::node {

enum class ExitCode { done = 0, failed = 1, wrong_usage = 2 };

struct NodeCommand {
    std::string_view name;
    std::string_view summary;  ///< one line, no full stop
    ExitCode (*run)(Arguments arguments);
};

/// Every command, in the order in which help lists them.
const std::vector<NodeCommand>& node_commands();

ExitCode run_facts(Arguments arguments);
ExitCode run_plan(Arguments arguments);
ExitCode run_apply(Arguments arguments);
ExitCode run_verify(Arguments arguments);
ExitCode run_modules(Arguments arguments);
ExitCode run_status(Arguments arguments);
ExitCode run_watch(Arguments arguments);
ExitCode run_sriov_config(Arguments arguments);
ExitCode run_bind(Arguments arguments);
ExitCode run_unbind(Arguments arguments);
ExitCode run_bootstrap(Arguments arguments);
ExitCode run_partition(Arguments arguments);
ExitCode run_units(Arguments arguments);
ExitCode run_undo(Arguments arguments);

}  // namespace kiln::node
