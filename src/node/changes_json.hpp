#pragma once

#include "node/node_action.hpp"

#include <string>
#include <string_view>

namespace kiln::node {

/// A plan's changes as JSON: what `plan --json` hands to `apply --plan`, here or on another
/// machine.
std::string print_changes(const PlannedChanges& changes);

/// Throws Error{input} that names what is missing, unknown or of the wrong type; `name` is the
/// file's.
PlannedChanges parse_changes(std::string_view json, const std::string& name);

/// A hash of everything but the hash itself: the same changes have the same, in every boot. FNV-1a,
/// 64 bits in hex; it tells plans apart and guards nothing.
std::string hash_of(const PlannedChanges& changes);

}  // namespace kiln::node
