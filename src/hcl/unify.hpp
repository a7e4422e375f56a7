#pragma once

#include "hcl/value.hpp"

#include <optional>
#include <vector>

namespace kiln::hcl {

/// The one type that all of `types` convert to without loss, or nothing: number and string give
/// string, tuples of one length element-wise, of several lengths a list, objects of the same
/// attributes attribute-wise, others a map. No types give dynamic; dynamic beside another type
/// gives dynamic.
std::optional<Type> unify(const std::vector<Type>& types);

/// The values converted to their unified type; a null of dynamic type does not take part in
/// finding it. Nothing when there is none.
std::optional<std::vector<Value>> unify_values(const std::vector<Value>& values);

}  // namespace kiln::hcl
