#pragma once

#include "execute/components.hpp"
#include "execute/step_telling.hpp"

#include <cstddef>
#include <memory>

namespace kiln::exec {

/// The provisioners of one build at work on its machine. Both must outlive it.
class Provisioning {
public:
    Provisioning(BuildContext& context, const Components& components, Machine& machine);

    /// Runs the steps in order. Throws what the failing one threw; what that left on the machine
    /// stays there to be looked at. Called again, goes on with the failed step: on the machine as
    /// it was before that step where it has layers, else as the step left it.
    void run();
    /// Runs the error-cleanup-provisioner, if the build has one, on the machine as the failed step
    /// left it. A stop does not reach it: it is what is to be done after one.
    void run_error_cleanup();
    /// Puts away what a failed step left.
    void abandon() noexcept;

private:
    StepResult run_step(const plan::ProvisionerStep& step);
    StepResult run_on_layer(
        const plan::ProvisionerStep& step, Provisioner& provisioner, StepLayers& layers
    );

    BuildContext& context_;
    const Components& components_;
    Machine& machine_;
    std::size_t next_ = 0;
    bool layer_is_open_ = false;
};

}  // namespace kiln::exec
