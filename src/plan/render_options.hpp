#pragma once

#include "base/diagnostics.hpp"
#include "plan/decoded_options.hpp"
#include "template/text_context.hpp"

#include <string>

namespace kiln::plan {

/// Renders the text templates in every string of `object` (keys of maps too) whose option is
/// rendered at prepare. A text that can not be rendered is an error at its option, or at
/// `fallback`, and stays as it is.
void render_options(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const tmpl::TextContext& context,
    SourceRange fallback,
    void* object,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
