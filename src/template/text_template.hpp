#pragma once

#include "template/text_context.hpp"

#include <string>
#include <string_view>

namespace kiln::tmpl {

/// Renders a text template: Go's text/template language with the functions that templates of this
/// kind know. Text without "{{" comes back as it is. Throws Error (kind input) that says where in
/// the text ("line 1, column 4: ..."); its range is empty, as the text has no file.
std::string render(std::string_view text, const TextContext& context);

/// Renders again until the text no longer changes, as fields rendered at run time are; gives up
/// after 10 rounds with an error.
std::string render_until_stable(std::string_view text, const TextContext& context);

}  // namespace kiln::tmpl
