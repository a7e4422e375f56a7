#pragma once

#include "cli/session.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace kiln::cli {

/// The text of a legacy JSON template as a tree, keys in their order; `path` "-" is standard input.
/// Throws Error that points at the mistake when it is no JSON object.
nlohmann::ordered_json read_legacy_json(Session& session, const std::string& path);

}  // namespace kiln::cli
