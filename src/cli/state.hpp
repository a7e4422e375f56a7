#pragma once

#include "cli/session.hpp"

#include <filesystem>

namespace kiln::cli {

/// The journal of this user.
inline std::filesystem::path journal_path(const Session& session) {
    return sys::kiln_directories(session.environment).state / "kiln.db";
}

}  // namespace kiln::cli
