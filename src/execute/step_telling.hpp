#pragma once

#include "execute/build_context.hpp"

#include <functional>
#include <string>

namespace kiln::exec {

/// What came of a step that did not fail.
struct StepResult {
    bool cached = false;
    std::string reason = {};  ///< why it was not; "" where nothing could have been
};

/// Does the work of a step, and tells when it begins and what came of it, whichever way it ends.
void tell_step(
    const BuildContext& context, const BuildStep& step, const std::function<StepResult()>& work
);

/// The steps of a build by their numbers: making the machine, each provisioner (from 0), the
/// capture, each post-processor (from 0, of all chains).
BuildStep start_step(const plan::Build& build);
BuildStep provisioner_step(const plan::Build& build, std::size_t index);
BuildStep capture_step(const plan::Build& build);
BuildStep post_processor_step(
    const plan::Build& build, std::size_t index, const plan::PostProcessorStep& step
);

}  // namespace kiln::exec
