#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// One thing in the cache, as `kiln cache` shows it.
struct CacheEntry {
    enum class Kind { layer, disk, packages, lists };
    Kind kind = Kind::layer;
    std::string id;
    std::string description;  ///< of a layer its step: "shell"
    std::int64_t bytes = 0;
    std::chrono::system_clock::time_point last_used{};
    bool in_use = false;  ///< by a running kiln

    bool operator==(const CacheEntry&) const = default;
};
std::string to_string(CacheEntry::Kind kind);

/// Layers and disks, the latest used first, then downloaded packages and their lists. Makes
/// nothing; an absent cache is empty.
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

/// Size limit of layers and disks when nothing else is said.
constexpr std::int64_t kDefaultCacheBytes = std::int64_t{20} << 30;

}  // namespace kiln::exec::rootfs
