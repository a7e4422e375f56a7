#pragma once

#include "execute/build_context.hpp"
#include "execute/machine.hpp"

#include <vector>

namespace kiln::exec {

/// Shapes a machine through its communicator.
class Provisioner {
public:
    virtual ~Provisioner() = default;

    /// What can be known before anything is made: a program of this host that is missing. The
    /// options may hold placeholders for build.*. Throws Error.
    virtual void check(const BuildContext& /*context*/) const {}
    /// False for a step that acts on the engineer's side only (shell-local, a download): it has no
    /// layer and runs in every build.
    virtual bool shapes_machine() const { return true; }
    /// Everything the step's result depends on, besides the machine before it. Reads the local
    /// files that it would upload.
    virtual std::vector<StepInput> inputs(const BuildContext& context) const = 0;
    /// Throws Error of kind command when the work itself failed, interrupted when stopped.
    virtual void run(BuildContext& context, Machine& machine) = 0;
};

}  // namespace kiln::exec
