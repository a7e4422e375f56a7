#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

namespace kiln::tmpl {

/// Reads a provisioner (or error-cleanup-provisioner) block: its own arguments are evaluated in
/// `scope`, the rest stays in `body` for the component.
ProvisionerBlock read_provisioner(
    const hcl::Block& block, const hcl::Scope& scope, Diagnostics& diagnostics
);

/// The same for a post-processor block.
PostProcessorBlock read_post_processor(
    const hcl::Block& block, const hcl::Scope& scope, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
