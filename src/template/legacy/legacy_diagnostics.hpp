#pragma once

#include "base/diagnostics.hpp"

namespace kiln::tmpl {

/// Where the mistakes of a legacy template go.
struct LegacyDiagnostics {
    Diagnostics& text;    ///< what the text alone gets wrong
    Diagnostics& values;  ///< values, and names that are referred to; not of what is only looked at
};

}  // namespace kiln::tmpl
