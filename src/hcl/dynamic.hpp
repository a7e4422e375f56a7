#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"

namespace kiln::hcl {

/// How many blocks the `dynamic` blocks of one body may become.
constexpr std::size_t kMaxDynamicBlocks = 10'000;

/// The body with every `dynamic "type" { for_each, iterator, labels, content }` at any depth
/// replaced by the blocks it stands for. The expressions in them see the iterator (an object with
/// `key` and `value`) without help; the result evaluates in the same scope as `body` did. In a body
/// read from JSON the properties named "dynamic" that hold a for_each are taken for such blocks, at
/// any depth, and become properties of the block's type.
Body expand_dynamic(const Body& body, const Scope& scope, Diagnostics& diagnostics);

}  // namespace kiln::hcl
