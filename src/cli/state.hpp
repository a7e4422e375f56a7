#pragma once

#include "cli/run_archive.hpp"
#include "cli/session.hpp"

#include <filesystem>

namespace kiln::cli {

/// The journal of this user.
inline std::filesystem::path journal_path(const Session& session) {
    return sys::kiln_directories(session.environment).state / "kiln.db";
}

/// The reports of this user's runs.
inline RunArchive run_archive(Session& session) {
    return {session.files, sys::kiln_directories(session.environment).state / "reports"};
}

}  // namespace kiln::cli
