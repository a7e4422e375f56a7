#include "execute/builder/rootfs/cache_contents.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "execute/builder/rootfs/cache_shelf.hpp"
#include "execute/builder/rootfs/layer_record.hpp"
#include "sys/file_lock.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

using Kind = CacheEntry::Kind;

bool used_later(const CacheEntry& a, const CacheEntry& b) {
    return a.last_used > b.last_used;
}

std::int64_t allocated_bytes(sys::FileSystem& files, const std::filesystem::path& folder) {
    std::int64_t bytes = 0;
    for (const sys::DirectoryEntry& entry : files.list_directory(folder)) {
        if (entry.type == sys::FileType::directory) {
            bytes += allocated_bytes(files, folder / entry.name);
        } else if (const auto status = files.status(folder / entry.name)) {
            bytes += status->allocated_bytes;
        }
    }
    return bytes;
}

void add_layers(
    sys::FileSystem& files, const std::filesystem::path& root, std::vector<CacheEntry>& entries
) {
    CacheShelf shelf(files, root / "layers");
    for (const CacheShelf::Listed& listed : shelf.list()) {
        const std::filesystem::path record = shelf.folder_of(listed.name) / "record.json";
        const std::vector<LayerRecord> records = files.status(record)
                                                     ? chain_from_json(files.read_file(record))
                                                     : std::vector<LayerRecord>{};
        CacheEntry entry{Kind::layer, listed.name, "damaged", 0, listed.last_used, listed.in_use};
        if (!records.empty()) {
            entry.description = records[0].step;
            entry.bytes = records[0].content.bytes;
        }
        entries.push_back(std::move(entry));
    }
}

void add_disks(
    sys::FileSystem& files, const std::filesystem::path& root, std::vector<CacheEntry>& entries
) {
    CacheShelf shelf(files, root / "disks");
    for (const CacheShelf::Listed& listed : shelf.list()) {
        const std::int64_t bytes = allocated_bytes(files, shelf.folder_of(listed.name));
        entries.push_back({Kind::disk, listed.name, "disk", bytes, listed.last_used, listed.in_use}
        );
    }
}

// What builder qemu downloaded (source_image.hpp): an image, or the part of one that has come, its
// lock, and a file with the name it has where it came from, which each use writes again.
constexpr const char* kImagesFolder = "isos";
constexpr const char* kLockSuffix = ".lock";
constexpr const char* kNameSuffix = ".name";
constexpr const char* kPartSuffix = ".partial";

std::chrono::system_clock::time_point changed_at(const sys::FileStatus& status) {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::nanoseconds(status.modified_ns)
        )
    );
}

// Nothing when a running kiln uses the image.
std::optional<sys::FileLock> lock_image(const std::filesystem::path& image) {
    return sys::FileLock::try_acquire(image.string() + kLockSuffix, sys::FileLock::Kind::exclusive);
}

void add_images(
    sys::FileSystem& files, const std::filesystem::path& root, std::vector<CacheEntry>& entries
) {
    const std::filesystem::path folder = root / kImagesFolder;
    if (!files.status(folder)) {
        return;
    }
    std::vector<CacheEntry> images;
    for (const sys::DirectoryEntry& file : files.list_directory(folder)) {
        if (!file.name.ends_with(kLockSuffix)) {
            continue;
        }
        const std::string id = file.name.substr(0, file.name.size() - std::strlen(kLockSuffix));
        CacheEntry entry{Kind::image, id, "", 0, {}, false};
        for (const char* suffix : {"", kPartSuffix, kNameSuffix}) {
            if (const auto status = files.status(folder / (id + suffix))) {
                entry.bytes += status->allocated_bytes;
                entry.last_used = std::max(entry.last_used, changed_at(*status));
            }
        }
        if (files.status(folder / (id + kNameSuffix))) {
            entry.description = files.read_file(folder / (id + kNameSuffix));
        }
        entry.in_use = !lock_image(folder / id);
        images.push_back(std::move(entry));
    }
    std::stable_sort(images.begin(), images.end(), used_later);
    entries.insert(entries.end(), images.begin(), images.end());
}

bool remove_image(sys::FileSystem& files, const std::filesystem::path& image) {
    const std::optional<sys::FileLock> lock = lock_image(image);
    if (!lock) {
        return false;
    }
    for (const char* suffix : {"", kPartSuffix, kNameSuffix, kLockSuffix}) {
        files.remove_file(image.string() + suffix);
    }
    return true;
}

// A folder that is shown and cleared as a whole. Whoever works in it holds its lock.
void add_folder(
    sys::FileSystem& files,
    const std::filesystem::path& folder,
    Kind kind,
    std::vector<CacheEntry>& entries
) {
    const std::optional<sys::FileStatus> status = files.status(folder);
    if (!status) {
        return;
    }
    entries.push_back(
        {kind,
         folder.filename(),
         to_string(kind),
         allocated_bytes(files, folder),
         changed_at(*status),
         false}
    );
}

bool remove_entry(
    sys::FileSystem& files, const std::filesystem::path& root, const CacheEntry& entry
) {
    switch (entry.kind) {
        case Kind::layer:
            return CacheShelf(files, root / "layers").remove(entry.id);
        case Kind::disk:
            return CacheShelf(files, root / "disks").remove(entry.id);
        case Kind::image:
            return remove_image(files, root / kImagesFolder / entry.id);
        case Kind::packages:
        case Kind::lists:
            files.remove_tree(root / entry.id);
            return true;
    }
    return false;
}

// Names of layers that are gone.
void remove_dead_keys(sys::FileSystem& files, const std::filesystem::path& root) {
    const std::filesystem::path keys = root / "keys";
    if (!files.status(keys)) {
        return;
    }
    for (const sys::DirectoryEntry& entry : files.list_directory(keys)) {
        if (!files.status(root / "layers" / files.read_file(keys / entry.name))) {
            files.remove_file(keys / entry.name);
        }
    }
}

void remove_remains(sys::FileSystem& files, const std::filesystem::path& root) {
    CacheShelf(files, root / "layers").remove_remains();
    CacheShelf(files, root / "disks").remove_remains();
    remove_dead_keys(files, root);
}

}  // namespace

std::string to_string(CacheEntry::Kind kind) {
    switch (kind) {
        case Kind::layer:
            return "layer";
        case Kind::disk:
            return "disk";
        case Kind::image:
            return "image";
        case Kind::packages:
            return "packages";
        case Kind::lists:
            return "lists";
    }
    return {};
}

std::vector<CacheEntry> list_cache(
    sys::FileSystem& files, const std::filesystem::path& cache_directory
) {
    std::vector<CacheEntry> entries;
    add_layers(files, cache_directory, entries);
    add_disks(files, cache_directory, entries);
    std::stable_sort(entries.begin(), entries.end(), used_later);
    add_images(files, cache_directory, entries);
    add_folder(files, cache_directory / "archives", Kind::packages, entries);
    add_folder(files, cache_directory / "apt", Kind::lists, entries);
    return entries;
}

ClearedCache clear_cache(
    sys::FileSystem& files,
    const std::filesystem::path& cache_directory,
    const std::vector<CacheEntry::Kind>& kinds
) {
    ClearedCache cleared;
    for (const CacheEntry& entry : list_cache(files, cache_directory)) {
        if (std::find(kinds.begin(), kinds.end(), entry.kind) == kinds.end()) {
            continue;
        }
        if (entry.in_use || !remove_entry(files, cache_directory, entry)) {
            ++cleared.kept_in_use;
            continue;
        }
        ++cleared.entries;
        cleared.bytes += entry.bytes;
    }
    remove_remains(files, cache_directory);
    return cleared;
}

void shrink_cache(
    sys::FileSystem& files, const std::filesystem::path& cache_directory, std::int64_t limit_bytes
) {
    std::vector<CacheEntry> entries;
    add_layers(files, cache_directory, entries);
    add_disks(files, cache_directory, entries);
    std::int64_t total = 0;
    for (const CacheEntry& entry : entries) {
        total += entry.bytes;
    }
    if (total <= limit_bytes) {
        return;
    }
    std::stable_sort(entries.begin(), entries.end(), used_later);
    for (auto entry = entries.rbegin(); entry != entries.rend() && total > limit_bytes; ++entry) {
        if (!entry->in_use && remove_entry(files, cache_directory, *entry)) {
            total -= entry->bytes;
        }
    }
    remove_remains(files, cache_directory);
}

std::int64_t cache_limit(const std::map<std::string, std::string>& environment) {
    constexpr std::int64_t kDefaultBytes = std::int64_t{20} << 30;
    const auto found = environment.find("KILN_CACHE_LIMIT");
    if (found == environment.end()) {
        return kDefaultBytes;
    }
    const std::optional<std::int64_t> limit = parse_size(found->second);
    if (!limit) {
        throw Error(ErrorKind::input, "KILN_CACHE_LIMIT=" + found->second + " is no size");
    }
    return *limit;
}

}  // namespace kiln::exec::rootfs
