#pragma once

#include "base/strings.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace kiln::node {

/// What the kernel or a service says, which may be any bytes; null for "".
inline nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(to_valid_utf8(text));
}

}  // namespace kiln::node
