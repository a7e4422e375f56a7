#pragma once

#include "cli/planned.hpp"
#include "execute/build_inputs.hpp"

#include <string>

namespace kiln::cli {

/// What a run was started with, for statements of provenance: the files of the template and the
/// values of its variables, those that are sensitive by name only.
exec::RunInputs run_inputs(
    const Session& session, const Planned& planned, const std::string& template_path
);

}  // namespace kiln::cli
