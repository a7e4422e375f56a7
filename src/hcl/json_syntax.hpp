#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"

#include <string>
#include <vector>

namespace kiln::hcl {

/// The JSON form of the language (*.pkr.json, *.pkrvars.json): every property an attribute, every
/// string a template. The property "//" is a comment.
Body parse_json_config(const SourceFile& file, Diagnostics& diagnostics);

/// Plain JSON as a tree of literals, tuples and objects: strings are texts as they stand, and a
/// property that stands twice in an object is reported. Null, and the reason in `diagnostics`, when
/// the file is no JSON.
ExpressionPtr parse_json_document(const SourceFile& file, Diagnostics& diagnostics);

struct BlockShape {
    std::string type;
    std::size_t labels = 0;
};

/// In a body read from JSON, turns the properties that `shapes` names into blocks: labels are
/// nested property names, an array repeats the block. The bodies of the blocks are JSON bodies
/// again. Any other body is returned as it is.
Body with_blocks(const Body& body, const std::vector<BlockShape>& shapes, Diagnostics& diagnostics);

/// What stands for an expression that is not a value, a type say: JSON writes it in a string. The
/// expression in a plain string; any other expression as it is.
ExpressionPtr unquoted(const ExpressionPtr& expression, Diagnostics& diagnostics);

}  // namespace kiln::hcl
