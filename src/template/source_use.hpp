#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <optional>
#include <string>

namespace kiln::tmpl {

/// The source that "source.TYPE.NAME" or "TYPE.NAME" refers to. Nothing, and the reason in
/// `diagnostics`, when there is none.
std::optional<SourceUse> find_source(
    const Template& owner, const std::string& reference, SourceRange range, Diagnostics& diagnostics
);

/// `source "TYPE.NAME" { name = "alias" ... }` inside a build.
std::optional<SourceUse> read_nested_source(
    const hcl::Block& block, const Template& owner, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
