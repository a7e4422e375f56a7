#pragma once

#include "goss/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::goss {

/// A JSON text as Go's encoding/json decodes it (numbers are float64); nothing when it is none.
std::optional<Value> parse_json(const std::string& text);

/// What a gjson path leads to: members by dots ("a.b", "a\.b"), elements by number, "#" (how many),
/// "#.name" (the member of each), "*" and "?" in a name, "#(name==x)" (first that matches) and
/// "#(name==x)#" (all), with == != < <= > >= %. Nothing when there is no such place. Modifiers,
/// pipes and multipaths of gjson are not known: `is_known_path` is false for them.
std::optional<Value> get_path(const Value& root, std::string_view path);
bool is_known_path(std::string_view path);

}  // namespace kiln::goss
