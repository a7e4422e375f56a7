#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// One thing in the cache, as `kiln cache` shows it.
struct CacheEntry {
    enum class Kind { layer, disk, image, packages, lists };
    Kind kind = Kind::layer;
    std::string id;
    std::string description;  ///< of a layer its step: "shell"; of an image its file's name
    std::int64_t bytes = 0;
    std::chrono::system_clock::time_point last_used{};
    bool in_use = false;  ///< by a running kiln

    bool operator==(const CacheEntry&) const = default;
};
std::string to_string(CacheEntry::Kind kind);

/// Layers and disks, the latest used first, then downloaded images (those half downloaded too),
/// packages and their lists. Makes nothing; an absent cache is empty.
std::vector<CacheEntry> list_cache(
    sys::FileSystem& files, const std::filesystem::path& cache_directory
);

struct ClearedCache {
    std::int64_t entries = 0;
    std::int64_t bytes = 0;
    std::int64_t kept_in_use = 0;
};
/// Removes entries of these kinds, apart from those that a running kiln uses.
ClearedCache clear_cache(
    sys::FileSystem& files,
    const std::filesystem::path& cache_directory,
    const std::vector<CacheEntry::Kind>& kinds
);

/// Removes the layers and disks that were not used for longest until the rest is below the limit,
/// apart from those that a running kiln uses.
void shrink_cache(
    sys::FileSystem& files, const std::filesystem::path& cache_directory, std::int64_t limit_bytes
);

/// Size limit of layers and disks, in bytes: KILN_CACHE_LIMIT, or 20 GiB. Throws Error{input} when
/// the variable is no size.
std::int64_t cache_limit(const std::map<std::string, std::string>& environment);

}  // namespace kiln::exec::rootfs
