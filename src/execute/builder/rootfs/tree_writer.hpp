#pragma once

#include "base/error.hpp"
#include "execute/builder/rootfs/deb_archive.hpp"
#include "sys/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace kiln::exec::rootfs {

/// Puts the files of packages into a tree that began empty. One object a thread; several may write
/// one tree. Until every thread is done the tree has no symlinks but those of the merged /usr, so
/// no name can lead out of it.
class TreeWriter {
public:
    explicit TreeWriter(const std::filesystem::path& root);

    /// The place of a package's path with /bin, /sbin and /lib* merged into /usr: relative to the
    /// root, "" for the root itself.
    static std::string place(std::string_view path);

    /// Makes a folder and its parents as 0755 root:root when they are missing.
    void make_directory(const std::string& place);
    /// Opens a new regular file; finish_file sets what its entry says. Error{exists} when another
    /// package brought it.
    void begin_file(const std::string& place);
    void write(std::string_view bytes);
    void finish_file(const DebEntry& entry);
    void make_hardlink(const std::string& target_place, const std::string& place);
    void make_device(const DebEntry& entry, const std::string& place);
    /// Keeps what is there when it is a folder, as dpkg does.
    void make_symlink(const DebEntry& entry, const std::string& place);
    void set_directory(const DebEntry& entry, const std::string& place);

private:
    int parent_of(const std::string& place);
    Error failure(const std::string& what, const std::string& place) const;

    std::filesystem::path root_path_;
    sys::UniqueFd root_;
    std::string parent_place_;
    sys::UniqueFd parent_;
    std::string file_place_;
    sys::UniqueFd file_;
};

/// Makes /usr/bin, ... and the links /bin -> usr/bin, ... that Debian's packages expect (the
/// folders of `architecture` only: lib64 is amd64's).
void make_merged_usr(const std::filesystem::path& root, const std::string& architecture);

}  // namespace kiln::exec::rootfs
