#pragma once

#include "artifact/artifact.hpp"
#include "execute/build_context.hpp"
#include "execute/machine.hpp"

#include <memory>
#include <optional>

namespace kiln::exec {

/// Makes a machine and turns it into an artifact. Used once, by one thread: check -> start ->
/// (provisioning) -> capture, or discard at any point after start was called. The machine is
/// destroyed before discard is called. With -on-error=abort discard is never called: then the
/// destructors leave what there is to be looked at.
class Builder {
public:
    virtual ~Builder() = default;

    /// Everything that can be known to be wrong before the first effect (no root, output in the
    /// way, missing program): throws.
    virtual void check(BuildContext& context) = 0;
    virtual std::unique_ptr<Machine> start(BuildContext& context) = 0;
    /// Nothing when the build makes no artifact: then no post-processor runs. May be called again
    /// after it threw, when the user wants to try again.
    virtual std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) = 0;
    /// Removes what start and capture left, after a failure or an interrupt. What can not be
    /// removed becomes a warning that names it.
    virtual void discard(BuildContext& context) noexcept = 0;
};

}  // namespace kiln::exec
