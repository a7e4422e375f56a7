#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::exec {

/// Copies files between the host and a tree of files. Names in the tree are absolute and resolved
/// inside of it: its symlinks are followed there and nowhere else. As scp does, symlinks to files
/// and folders are followed on the side that is read, and one that leads nowhere is an error.
class TreeTransfer {
public:
    /// `root_fd` is the root folder of the tree and must outlive the object.
    TreeTransfer(int root_fd, std::stop_token stop) : root_fd_(root_fd), stop_(std::move(stop)) {}

    /// Writes exactly `remote`, with `mode` whatever the umask. Its folder must exist.
    void write_file(std::string_view content, const std::string& remote, unsigned mode);
    /// A regular file keeps its mode; anything else that can be read becomes a file of mode 0644.
    void upload_file(const std::filesystem::path& local, const std::string& remote);
    /// Contents into contents; folders that are missing are made, with their modes.
    void upload_directory(const std::filesystem::path& local, const std::string& remote);
    bool is_directory(const std::string& remote) const;

    /// Files become 0644, folders 0755; parents are made.
    void download_file(const std::string& remote, const std::filesystem::path& local);
    void download_directory(const std::string& remote, const std::filesystem::path& local);

private:
    void copy(int from, int to, const std::string& doing) const;
    void make_directory(const std::string& remote, unsigned mode);

    int root_fd_;
    std::stop_token stop_;
};

}  // namespace kiln::exec
