#pragma once

#include "base/environment.hpp"

#include <filesystem>

namespace kiln::sys {

/// The environment of this process. Call once, in main, and pass it on.
Environment process_environment();

/// Where kiln keeps what it keeps, after the XDG base directory specification: a variable that is
/// not absolute counts as unset. None of them need exist.
struct KilnDirectories {
    std::filesystem::path state;   ///< $XDG_STATE_HOME/kiln: the journal, image records
    std::filesystem::path cache;   ///< $XDG_CACHE_HOME/kiln: layers, bootstrap archives
    std::filesystem::path config;  ///< $XDG_CONFIG_HOME/kiln
    bool operator==(const KilnDirectories&) const = default;
};

/// Throws Error{input} when neither the variables nor HOME tell.
KilnDirectories kiln_directories(const Environment& environment);

}  // namespace kiln::sys
