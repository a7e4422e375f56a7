#pragma once

#include "execute/engine.hpp"
#include "execute/provisioning.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// One build from its first check to its artifacts. Used once, by one thread.
class BuildRun {
public:
    BuildRun(
        const plan::Build& build,
        const Components& components,
        const RunOptions& options,
        Effects& effects,
        EventSink& events,
        std::stop_token stop
    );

    /// Never throws; how the build ended is told by an event too.
    BuildOutcome run();

private:
    enum class Step { start, provision, capture };
    enum class Decision { clean_up, leave, leave_after_cleanup_provisioner, retry };

    static std::string name_of(Step step);

    std::optional<artifact::Artifact> shape();
    void make_builder();
    void check_provisioners();
    void check_post_processors();
    void start();

    /// Runs one step of the builder's, again for as long as the user wants to.
    void attempt(Step step, const std::function<void()>& work);
    Decision decide(Step step, const Error& error);
    Decision ask();
    void settle(Step failed, Decision decision);
    void run_error_cleanup();
    void clean_up(Step failed);
    void pause(const std::string& when);

    const Components& components_;
    BuildContext context_;
    // Destroyed from the last to the first: a machine is made by its builder, shaped by the last.
    std::unique_ptr<Builder> builder_;
    std::unique_ptr<Machine> machine_;
    std::optional<Provisioning> provisioning_;
};

}  // namespace kiln::exec
