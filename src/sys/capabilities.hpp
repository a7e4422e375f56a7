#pragma once

namespace kiln::sys {

/// Takes from this process, and from all it will start, what could reach beyond a sandbox: see the
/// list in the source. System calls only. 0, or the errno.
int drop_sandbox_capabilities();

}  // namespace kiln::sys
