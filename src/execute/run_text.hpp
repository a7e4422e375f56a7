#pragma once

#include "execute/build_context.hpp"

namespace kiln::exec {

/// What text templates see that are rendered while a build runs: its values as fields ({{.ID}}) and
/// through {{build `ID`}}, and the fields of `more`.
tmpl::TextContext run_text(const BuildContext& context, tmpl::TextMap more = {});

}  // namespace kiln::exec
