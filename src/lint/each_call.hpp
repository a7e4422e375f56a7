#pragma once

#include "hcl/syntax.hpp"

#include <functional>

namespace kiln::lint {

using LookAtCall = std::function<void(const hcl::CallExpression& call)>;

/// Calls `look` for every call of a function in the expressions of a body, at any depth.
void each_call(const hcl::Body& body, const LookAtCall& look);
void each_call(const hcl::Expression& expression, const LookAtCall& look);

}  // namespace kiln::lint
