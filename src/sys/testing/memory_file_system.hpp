#pragma once

#include "sys/file_system.hpp"

#include <map>
#include <mutex>
#include <string>

namespace kiln::sys {

/// A whole file system in memory: folders, files, symlinks, modes, a limit on its size. The root
/// and /tmp are there from the first. Paths are absolute or relative to "/". Root's view: modes are
/// kept but deny nothing. May be shared by threads.
class MemoryFileSystem final : public FileSystem {
public:
    MemoryFileSystem();

    std::string read_file(
        const std::filesystem::path& path, std::int64_t limit_bytes = kReadLimitBytes
    ) override;
    void write_file_atomic(
        const std::filesystem::path& path, std::string_view content, unsigned mode = 0644
    ) override;
    std::optional<FileStatus> status(const std::filesystem::path& path) override;
    std::optional<FileStatus> status_followed(const std::filesystem::path& path) override;
    std::string read_symlink(const std::filesystem::path& path) override;
    std::vector<DirectoryEntry> list_directory(const std::filesystem::path& path) override;
    void make_directories(const std::filesystem::path& path, unsigned mode = 0755) override;
    std::filesystem::path make_temporary_directory(
        const std::filesystem::path& parent, const std::string& prefix
    ) override;
    void make_symlink(const std::string& target, const std::filesystem::path& path) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void set_mode(const std::filesystem::path& path, unsigned mode) override;
    bool remove_file(const std::filesystem::path& path) override;
    void remove_tree(const std::filesystem::path& path) override;
    std::int64_t free_bytes(const std::filesystem::path& path) override;

    /// All contents together may take this many bytes (default: 1 GiB).
    void set_capacity(std::int64_t bytes);
    /// Makes the parents too: for setting the scene.
    void put(const std::string& path, std::string content, unsigned mode = 0644);
    /// Every path with what is there, for comparing whole trees: "/etc/" -> "", "/etc/x" ->
    /// content, "/l" -> "-> target".
    std::map<std::string, std::string> snapshot();

private:
    struct Node {
        FileType type = FileType::regular;
        unsigned mode = 0;
        std::string content;  ///< of a file; the target of a symlink
        std::uint64_t inode = 0;
        std::int64_t modified_ns = 0;
    };

    std::string resolve(const std::filesystem::path& path, bool follow_last, int depth = 0) const;
    Node* find(const std::string& resolved);
    Node& require(const std::filesystem::path& path, bool follow_last, const char* doing);
    Node& add(const std::string& resolved, FileType type, unsigned mode);
    void require_parent(const std::string& resolved, const std::string& doing);
    FileStatus status_of(const Node& node) const;
    std::int64_t used() const;

    std::mutex mutex_;
    std::map<std::string, Node> nodes_;  ///< by path without a final slash; the root is ""
    std::int64_t capacity_ = std::int64_t{1} << 30;
    std::uint64_t next_inode_ = 2;
    std::int64_t ticks_ = 0;
};

}  // namespace kiln::sys
