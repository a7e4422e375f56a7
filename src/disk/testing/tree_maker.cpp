#include "disk/testing/tree_maker.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace kiln::disk::testing {
namespace {

void check(int result, const std::string& attempted) {
    if (result != 0) {
        throw system_error(attempted, errno);
    }
}

int run_shell(const std::string& command, std::string& output) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        throw system_error("running " + command, errno);
    }
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), got);
    }
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TreeMaker::TreeMaker(std::filesystem::path root, std::int64_t time)
    : root_(std::move(root)), time_(time) {
    std::filesystem::create_directories(root_);
}

TreeMaker& TreeMaker::directory(const std::string& path, mode_t mode) {
    std::filesystem::create_directories(root_ / path);
    check(::chmod((root_ / path).c_str(), mode), "chmod " + path);
    return *this;
}

TreeMaker& TreeMaker::file(const std::string& path, std::string_view content, mode_t mode) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    check(::chmod((root_ / path).c_str(), mode), "chmod " + path);
    return time(path, time_);
}

TreeMaker& TreeMaker::symlink(const std::string& path, const std::string& target) {
    check(::symlink(target.c_str(), (root_ / path).c_str()), "symlink " + path);
    return time(path, time_);
}

TreeMaker& TreeMaker::link(const std::string& path, const std::string& existing) {
    check(::link((root_ / existing).c_str(), (root_ / path).c_str()), "link " + path);
    return *this;
}

TreeMaker& TreeMaker::node(
    const std::string& path, mode_t mode, unsigned major_number, unsigned minor_number
) {
    check(
        ::mknod((root_ / path).c_str(), mode, makedev(major_number, minor_number)), "mknod " + path
    );
    check(::chmod((root_ / path).c_str(), mode & 07777), "chmod " + path);
    return time(path, time_);
}

TreeMaker& TreeMaker::whiteout(const std::string& path) {
    std::filesystem::create_directories((root_ / path).parent_path());
    return node(path, S_IFCHR, 0, 0);
}

TreeMaker& TreeMaker::opaque(const std::string& path) {
    std::filesystem::create_directories(root_ / path);
    return xattr(path, "trusted.overlay.opaque", "y");
}

TreeMaker& TreeMaker::xattr(
    const std::string& path, const std::string& name, std::string_view value
) {
    check(
        ::lsetxattr((root_ / path).c_str(), name.c_str(), value.data(), value.size(), 0),
        "setxattr " + path
    );
    return *this;
}

TreeMaker& TreeMaker::owner(const std::string& path, uid_t user, gid_t group) {
    check(::lchown((root_ / path).c_str(), user, group), "chown " + path);
    return *this;
}

TreeMaker& TreeMaker::time(const std::string& path, std::int64_t seconds, long nanoseconds) {
    const timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
    check(
        ::utimensat(AT_FDCWD, (root_ / path).c_str(), times, AT_SYMLINK_NOFOLLOW), "utime " + path
    );
    return *this;
}

TreeMaker& TreeMaker::settle() {
    time("", time_);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
        if (!entry.is_symlink() && entry.is_directory()) {
            time(std::filesystem::relative(entry.path(), root_).string(), time_);
        }
    }
    return *this;
}

bool is_root() {
    return ::geteuid() == 0;
}

std::string run(const std::string& shell_command) {
    std::string output;
    const int code = run_shell(shell_command, output);
    EXPECT_EQ(code, 0) << shell_command << "\n" << output;
    return output;
}

std::string e2fsck_complaints(const std::filesystem::path& image, std::int64_t offset_bytes) {
    std::string output;
    const std::string file =
        shell_quote(image.string() + "?offset=" + std::to_string(offset_bytes));
    return run_shell("/sbin/e2fsck -fn " + file, output) == 0 ? "" : output;
}

}  // namespace kiln::disk::testing
