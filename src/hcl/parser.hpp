#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"

namespace kiln::hcl {

/// How deeply expressions, templates and blocks may nest in one another, together. What is deeper
/// is an error, so that no input overflows the stack here or in the evaluator.
constexpr std::size_t kMaxNesting = 200;

// Each parser reads the whole file, appends every mistake it finds to `diagnostics` and goes on
// behind it. With errors the result holds what could be understood and is only good for finding
// more mistakes.

/// Attributes and blocks: *.pkr.hcl, *.pkrvars.hcl.
Body parse_config(const SourceFile& file, Diagnostics& diagnostics);

/// One expression, newlines anywhere: the text of a -var. Never null.
ExpressionPtr parse_expression(const SourceFile& file, Diagnostics& diagnostics);

/// Text with ${...} and %{...}: templatefile(). One bare interpolation keeps its type. Never null.
ExpressionPtr parse_template(const SourceFile& file, Diagnostics& diagnostics);

/// Whether `text` is a name of the language: letters, digits, `_` and `-` as Unicode sees them, no
/// digit or dash in front.
bool is_identifier(std::string_view text);

}  // namespace kiln::hcl
