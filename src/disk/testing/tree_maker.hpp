#pragma once

#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace kiln::disk::testing {

/// A temporary folder for one test, with what the tests of images need around it.
class ScratchFolder {
public:
    std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }

private:
    sys::RealFileSystem files_;
    sys::TempDirectory directory_{files_, sys::default_temp_parent()};
};

/// Fills a folder with files of exact owners, modes and times; paths are relative to it.
class TreeMaker {
public:
    /// Every file gets this time (seconds) unless another is asked for.
    explicit TreeMaker(std::filesystem::path root, std::int64_t time = 1'600'000'000);

    const std::filesystem::path& root() const { return root_; }

    TreeMaker& directory(const std::string& path, mode_t mode = 0755);
    TreeMaker& file(const std::string& path, std::string_view content, mode_t mode = 0644);
    TreeMaker& symlink(const std::string& path, const std::string& target);
    TreeMaker& link(const std::string& path, const std::string& existing);
    TreeMaker& node(const std::string& path, mode_t mode, unsigned major, unsigned minor);
    TreeMaker& whiteout(const std::string& path);  ///< a character device 0:0
    TreeMaker& opaque(const std::string& path);    ///< the xattr of overlayfs; needs root
    TreeMaker& xattr(const std::string& path, const std::string& name, std::string_view value);
    TreeMaker& owner(const std::string& path, uid_t user, gid_t group);
    TreeMaker& time(const std::string& path, std::int64_t seconds, long nanoseconds = 0);
    /// Sets the time of every folder: to be called last, new names have changed it.
    TreeMaker& settle();

private:
    std::filesystem::path root_;
    std::int64_t time_;
};

bool is_root();

/// Runs a shell command; its output (both streams) when it ends with 0, else the test fails.
std::string run(const std::string& shell_command);

/// A text that a test fails with when the commands's program reports anything wrong; "" if clean.
std::string e2fsck_complaints(const std::filesystem::path& image, std::int64_t offset_bytes);

}  // namespace kiln::disk::testing
