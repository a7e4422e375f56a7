#include "sys/open_in_root.hpp"

#include "base/error.hpp"
#include "sys/temp_directory.hpp"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::sys {
namespace {

class OpenInRootTest : public ::testing::Test {
protected:
    OpenInRootTest() {
        files_.make_directories(root_path_ / "etc");
        files_.write_file_atomic(root_path_ / "etc/f", "inside");
        files_.write_file_atomic(folder_.path() / "f", "outside");
        root_.reset(::open(root_path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
    // What is read at `path` in the root, or the errno as text.
    std::string read_at(const std::string& path) {
        const int fd = try_open_in_root(root_.get(), path, O_RDONLY);
        if (fd < 0) {
            return std::to_string(-fd);
        }
        const UniqueFd file(fd);
        std::string text(100, '\0');
        text.resize(static_cast<std::size_t>(::read(fd, text.data(), text.size())));
        return text;
    }

    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent()};
    std::filesystem::path root_path_ = folder_.path() / "root";
    UniqueFd root_;
};

TEST_F(OpenInRootTest, NoNameLeadsOut) {
    files_.make_symlink("/etc/f", root_path_ / "absolute");
    files_.make_symlink("../../../f", root_path_ / "etc/up");
    files_.make_symlink((folder_.path() / "f").string(), root_path_ / "host");
    files_.make_symlink("/proc/self/root", root_path_ / "magic");
    files_.make_symlink("etc", root_path_ / "folder");
    struct Case {
        const char* path;
        std::string want;
    };
    const Case cases[] = {
        {"/etc/f", "inside"},
        {"etc/f", "inside"},
        {"/absolute", "inside"},
        {"/folder/f", "inside"},
        {"/../../etc/f", "inside"},
        {"../f", std::to_string(ENOENT)},
        {"/etc/up", std::to_string(ENOENT)},
        {"/host", std::to_string(ENOENT)},
        {"/magic/etc/passwd", std::to_string(ENOENT)},
        {"/etc/f/x", std::to_string(ENOTDIR)}};
    for (const Case& c : cases) {
        SCOPED_TRACE(c.path);
        EXPECT_EQ(read_at(c.path), c.want);
    }
}

TEST_F(OpenInRootTest, WhatIsMadeThroughALinkIsMadeInside) {
    files_.make_symlink((folder_.path() / "new").string(), root_path_ / "link");
    EXPECT_EQ(try_open_in_root(root_.get(), "link", O_WRONLY | O_CREAT, 0644), -ENOENT);
    EXPECT_EQ(files_.status(folder_.path() / "new"), std::nullopt);
}

TEST_F(OpenInRootTest, TheErrorShowsTheNameWithItsRoot) {
    try {
        open_in_root(root_.get(), "/etc/missing", O_RDONLY, 0, "/build");
        FAIL() << "it opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "opening /build/etc/missing: No such file or directory");
    }
}

}  // namespace
}  // namespace kiln::sys
