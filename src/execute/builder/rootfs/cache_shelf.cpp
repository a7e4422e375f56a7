#include "execute/builder/rootfs/cache_shelf.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <random>
#include <sys/stat.h>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr const char* kLockName = "lock";
constexpr const char* kUnfinishedSuffix = ".partial";
constexpr const char* kRemovedSuffix = ".removed";

// The time of change of its lock file is when an entry was last used.
void note_use(const std::filesystem::path& entry) {
    // A cache that cannot be written to is still of use; the entry only looks older than it is.
    ::utimensat(AT_FDCWD, (entry / kLockName).c_str(), nullptr, 0);
}

}  // namespace

std::string random_name() {
    std::random_device device;
    const std::uint64_t high = device();
    return fmt::format("{:016x}", high << 32 | device());
}

PartialEntry::PartialEntry(sys::FileSystem& files, Journal& journal, std::filesystem::path folder)
    : files_(&files),
      folder_(std::move(folder)),
      entry_(journal, ResourceKind::layer, folder_.string()) {
    files_->make_directories(folder_);
}

PartialEntry::PartialEntry(PartialEntry&& other) noexcept
    : files_(std::exchange(other.files_, nullptr)),
      folder_(std::move(other.folder_)),
      entry_(std::move(other.entry_)) {}

PartialEntry::~PartialEntry() {
    if (files_ == nullptr) {
        return;
    }
    try {
        files_->remove_tree(folder_);
        entry_.release();
    } catch (const Error&) {
        // It stays in the journal, for kiln sweep.
    }
}

CacheShelf::CacheShelf(sys::FileSystem& files, std::filesystem::path folder)
    : files_(files), folder_(std::move(folder)) {}

std::optional<HeldEntry> CacheShelf::hold(const std::string& name) {
    const std::filesystem::path entry = folder_of(name);
    if (!files_.status(entry / kLockName)) {
        return std::nullopt;
    }
    std::optional<sys::FileLock> lock =
        sys::FileLock::try_acquire(entry / kLockName, sys::FileLock::Kind::shared);
    // Whoever removes an entry renames it first, under the exclusive lock.
    if (!lock || !files_.status(entry)) {
        return std::nullopt;
    }
    note_use(entry);
    return HeldEntry{name, entry, std::make_shared<sys::FileLock>(std::move(*lock))};
}

PartialEntry CacheShelf::begin(Journal& journal) {
    return PartialEntry(files_, journal, folder_ / (random_name() + kUnfinishedSuffix));
}

HeldEntry CacheShelf::publish(PartialEntry partial, const std::string& name) {
    std::optional<sys::FileLock> lock =
        sys::FileLock::try_acquire(partial.folder() / kLockName, sys::FileLock::Kind::shared);
    const std::filesystem::path place = folder_of(name);
    if (files_.status(place) && !remove(name)) {
        if (std::optional<HeldEntry> other = hold(name)) {
            return *other;
        }
    }
    files_.rename(partial.folder(), place);
    partial.files_ = nullptr;
    partial.entry_.release();
    return {name, place, std::make_shared<sys::FileLock>(std::move(*lock))};
}

std::vector<CacheShelf::Listed> CacheShelf::list() {
    std::vector<Listed> entries;
    if (!files_.status(folder_)) {
        return entries;
    }
    for (const sys::DirectoryEntry& entry : files_.list_directory(folder_)) {
        if (entry.name.ends_with(kUnfinishedSuffix) || entry.name.ends_with(kRemovedSuffix)) {
            continue;
        }
        const std::filesystem::path lock_file = folder_of(entry.name) / kLockName;
        const std::optional<sys::FileStatus> status = files_.status(lock_file);
        if (!status) {
            continue;
        }
        const std::chrono::nanoseconds used(status->modified_ns);
        entries.push_back(
            {entry.name,
             std::chrono::system_clock::time_point(
                 std::chrono::duration_cast<std::chrono::system_clock::duration>(used)
             ),
             !sys::FileLock::try_acquire(lock_file, sys::FileLock::Kind::exclusive)}
        );
    }
    return entries;
}

bool CacheShelf::remove(const std::string& name) {
    const std::filesystem::path entry = folder_of(name);
    const std::optional<sys::FileLock> lock =
        sys::FileLock::try_acquire(entry / kLockName, sys::FileLock::Kind::exclusive);
    if (!lock) {
        return false;
    }
    // Renamed first, so that nobody finds half of it.
    const std::filesystem::path doomed = folder_ / (random_name() + kRemovedSuffix);
    files_.rename(entry, doomed);
    files_.remove_tree(doomed);
    return true;
}

void CacheShelf::remove_remains() {
    if (!files_.status(folder_)) {
        return;
    }
    for (const sys::DirectoryEntry& entry : files_.list_directory(folder_)) {
        if (entry.name.ends_with(kRemovedSuffix)) {
            files_.remove_tree(folder_ / entry.name);
        }
    }
}

}  // namespace kiln::exec::rootfs
