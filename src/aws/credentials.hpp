#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace kiln::aws {

/// What a request is signed with.
struct Credentials {
    std::string access_key_id;
    Secret secret_access_key;
    Secret session_token;  ///< empty for keys that do not expire
    std::optional<std::chrono::system_clock::time_point> expires_at;

    bool operator==(const Credentials&) const = default;
};

}  // namespace kiln::aws
