#pragma once

#include "execute/events.hpp"

namespace kiln::report {

/// "start", "provisioner", "capture", "post-processor".
const char* to_string(exec::BuildStep::Kind kind);

/// "done", "cached", "failed".
const char* to_string(exec::StepEnded::Outcome outcome);

}  // namespace kiln::report
