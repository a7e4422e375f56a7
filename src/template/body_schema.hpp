#pragma once

#include "base/diagnostics.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/syntax.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl {

/// What a body of Packer's own blocks may hold.
struct BodySchema {
    std::vector<std::string> attributes;
    std::vector<hcl::BlockShape> blocks;
};

/// The body with JSON properties turned into blocks where the schema has blocks. What the schema
/// does not know, and blocks with a wrong number of labels, are reported and left out. `owner`
/// names the body in messages: `block "variable"`, `a template`.
hcl::Body apply_schema(
    const hcl::Body& body,
    const BodySchema& schema,
    const std::string& owner,
    Diagnostics& diagnostics
);

/// A body of which some attributes belong to the block itself and the rest to a component.
struct SplitBody {
    hcl::Body own;
    hcl::Body rest;
};
SplitBody split_body(const hcl::Body& body, const std::vector<std::string>& own_attributes);

/// Reports a second thing of one name, with the place of the first.
void report_duplicate(
    const std::string& what, SourceRange second, SourceRange first, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
