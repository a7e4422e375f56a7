#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace kiln::plan {

/// The member of that name when it is a string, else "".
inline std::string text_member(const nlohmann::ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace kiln::plan
