#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sys {

enum class FileType { regular, directory, symlink, character_device, block_device, fifo, socket };

struct FileStatus {
    FileType type = FileType::regular;
    unsigned mode = 0;  ///< permission bits, 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t size_bytes = 0;
    std::int64_t allocated_bytes =
        0;                         ///< what it takes on the disk; less than the size when sparse
    std::int64_t modified_ns = 0;  ///< since 1970, wall clock
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileStatus&) const = default;
};

struct DirectoryEntry {
    std::string name;
    FileType type = FileType::regular;
    bool operator==(const DirectoryEntry&) const = default;
};

/// What read_file takes for a mistake, where nothing else is said.
constexpr std::int64_t kReadLimitBytes = std::int64_t{256} << 20;

/// The door to files. Every failure is an Error that names the path and what was attempted; its
/// kind tells not_found, exists, permission and no_space apart.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    /// The whole content; an error when it is larger than `limit_bytes`.
    virtual std::string read_file(
        const std::filesystem::path& path, std::int64_t limit_bytes = kReadLimitBytes
    ) = 0;
    /// Readers see the old content or the whole new one, never a part. `mode` is not subject to
    /// the umask. The folder must exist.
    virtual void write_file_atomic(
        const std::filesystem::path& path, std::string_view content, unsigned mode = 0644
    ) = 0;

    /// Nothing when there is no such file. Does not follow a symlink in the last place.
    virtual std::optional<FileStatus> status(const std::filesystem::path& path) = 0;
    /// The same, of what symlinks lead to.
    virtual std::optional<FileStatus> status_followed(const std::filesystem::path& path) = 0;
    virtual std::string read_symlink(const std::filesystem::path& path) = 0;
    /// Without "." and "..", sorted by the bytes of the name.
    virtual std::vector<DirectoryEntry> list_directory(const std::filesystem::path& path) = 0;

    /// Makes the folder and its parents; nothing happens when it is there. New ones get `mode`.
    virtual void make_directories(const std::filesystem::path& path, unsigned mode = 0755) = 0;
    /// Makes a new folder "<prefix>XXXXXX" (mode 0700) in `parent`, which must exist.
    virtual std::filesystem::path make_temporary_directory(
        const std::filesystem::path& parent, const std::string& prefix
    ) = 0;
    virtual void make_symlink(const std::string& target, const std::filesystem::path& path) = 0;
    /// Replaces a file at `to`; an existing non-empty folder there is an error.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    virtual void set_mode(const std::filesystem::path& path, unsigned mode) = 0;

    /// False when there was nothing. A folder is an error.
    virtual bool remove_file(const std::filesystem::path& path) = 0;
    /// Removes a file or a whole folder; nothing happens when there is none. Never follows a
    /// symlink, never enters another file system (an Error names the mount point), and does not
    /// stumble over folders without write permission.
    virtual void remove_tree(const std::filesystem::path& path) = 0;

    /// Bytes that may still be written on the file system that holds `path`.
    virtual std::int64_t free_bytes(const std::filesystem::path& path) = 0;
};

class RealFileSystem final : public FileSystem {
public:
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
};

}  // namespace kiln::sys
