#pragma once

#include "artifact/artifact.hpp"
#include "execute/build_context.hpp"

#include <filesystem>
#include <string_view>

namespace kiln::exec {

/// The name that the option `output` gives to what is made of `input`: a text template with the
/// fields BuildName and BuilderType, and `more`. Throws Error{input} that names the option.
std::filesystem::path output_name(
    const BuildContext& context,
    const artifact::Artifact& input,
    std::string_view output,
    tmpl::TextMap more = {}
);

}  // namespace kiln::exec
