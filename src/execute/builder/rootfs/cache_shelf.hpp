#pragma once

#include "execute/journal.hpp"
#include "sys/file_lock.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// An entry of a shelf in use: not removed as long as a copy of the object lives.
struct HeldEntry {
    std::string name;
    std::filesystem::path folder;
    std::shared_ptr<sys::FileLock> lock;
};

/// An entry that is being made; removed at the end of its scope unless it was published.
class PartialEntry {
public:
    PartialEntry(PartialEntry&& other) noexcept;
    PartialEntry& operator=(PartialEntry&&) = delete;
    ~PartialEntry();

    const std::filesystem::path& folder() const { return folder_; }

private:
    friend class CacheShelf;
    PartialEntry(sys::FileSystem& files, Journal& journal, std::filesystem::path folder);

    sys::FileSystem* files_;  ///< null when moved from or published
    std::filesystem::path folder_;
    JournalEntry entry_;
};

/// A folder of entries, each a folder that is made under a name that ends in ".partial", appears by
/// one rename and never changes again. Several kilns may use one shelf at once: who uses an entry
/// holds a shared lock on it, who removes one an exclusive lock.
class CacheShelf {
public:
    /// Makes nothing yet.
    CacheShelf(sys::FileSystem& files, std::filesystem::path folder);

    /// The entry, when it is there; counts as a use of it.
    std::optional<HeldEntry> hold(const std::string& name);
    /// The intent is in the journal before the folder is made.
    PartialEntry begin(Journal& journal);
    /// Renames the entry into place; another of the same name is replaced when nobody uses it, and
    /// otherwise stays.
    HeldEntry publish(PartialEntry partial, const std::string& name);

    struct Listed {
        std::string name;
        std::chrono::system_clock::time_point last_used{};
        bool in_use = false;
    };
    /// By name; partial entries are not among them.
    std::vector<Listed> list();
    /// False when somebody uses it.
    bool remove(const std::string& name);
    /// Removes what an interrupted `remove` left.
    void remove_remains();

    std::filesystem::path folder_of(const std::string& name) const { return folder_ / name; }

private:
    sys::FileSystem& files_;
    std::filesystem::path folder_;
};

/// Sixteen random hex digits.
std::string random_name();

}  // namespace kiln::exec::rootfs
