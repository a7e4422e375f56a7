#pragma once

#include "execute/build_context.hpp"
#include "execute/components.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// How one build ended.
struct BuildOutcome {
    enum class Status { finished, failed, interrupted };
    std::string build;
    Status status = Status::finished;
    std::vector<artifact::Artifact> artifacts;  ///< those that are kept, in order
    std::optional<Error> error;                 ///< of a failed build
};

struct RunResult {
    std::vector<BuildOutcome> builds;  ///< in the order of the plan
    bool interrupted = false;

    bool ok() const;
};

/// Performs a plan: each build on a thread of its own, at most `options.parallel_builds` of them at
/// once. A failure ends its own build only. A stop cancels every build; what they have begun is
/// still cleaned up. Never throws for what happens within a build.
RunResult execute(
    const plan::BuildPlan& plan,
    const Components& components,
    const RunOptions& options,
    Effects& effects,
    EventSink& events,
    std::stop_token stop
);

}  // namespace kiln::exec
