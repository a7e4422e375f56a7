#pragma once

#include "execute/build_context.hpp"

#include <string>
#include <string_view>

namespace kiln::exec {

/// Renders the text template of option `name` with the values of the running build: as fields
/// ({{.ID}}) and through {{build `ID`}}. Again and again until nothing changes, as Packer renders
/// what it renders twice. Throws Error{input} that names the option.
std::string render_at_run(
    const BuildContext& context, const std::string& name, std::string_view text
);

/// The same with more fields, and once: values that come in are not searched for templates.
std::string render_at_run(
    const BuildContext& context,
    const std::string& name,
    std::string_view text,
    tmpl::TextMap fields
);

}  // namespace kiln::exec
