#include "execute/builder/rootfs/cache_contents.hpp"

#include "execute/builder/rootfs/cache_shelf.hpp"
#include "execute/builder/rootfs/layer_record.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

using Kind = CacheEntry::Kind;

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
    const std::chrono::nanoseconds changed(status->modified_ns);
    entries.push_back(
        {kind,
         folder.filename(),
         to_string(kind),
         allocated_bytes(files, folder),
         std::chrono::system_clock::time_point(
             std::chrono::duration_cast<std::chrono::system_clock::duration>(changed)
         ),
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

bool used_later(const CacheEntry& a, const CacheEntry& b) {
    return a.last_used > b.last_used;
}

}  // namespace

std::string to_string(CacheEntry::Kind kind) {
    switch (kind) {
        case Kind::layer:
            return "layer";
        case Kind::disk:
            return "disk";
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

}  // namespace kiln::exec::rootfs
