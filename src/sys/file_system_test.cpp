// One contract, two forms: every test of the first half runs against the real file system and
// against the one in memory.
#include "sys/file_system.hpp"

#include "base/error.hpp"
#include "sys/temp_directory.hpp"
#include "sys/testing/memory_file_system.hpp"
#include "sys/tree_walk.hpp"
#include "sys/unique_fd.hpp"

#include <fcntl.h>
#include <functional>
#include <gmock/gmock.h>
#include <memory>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Path = std::filesystem::path;

ErrorKind kind_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "no error";
    return ErrorKind::io;
}

enum class Form { real, memory };

class FileSystemContract : public ::testing::TestWithParam<Form> {
protected:
    FileSystemContract() {
        if (GetParam() == Form::memory) {
            files_ = std::make_unique<MemoryFileSystem>();
        } else {
            files_ = std::make_unique<RealFileSystem>();
        }
        folder_.emplace(*files_, GetParam() == Form::memory ? "/tmp" : default_temp_parent());
        at_ = folder_->path();
    }
    FileSystem& files() { return *files_; }

    std::unique_ptr<FileSystem> files_;
    std::optional<TempDirectory> folder_;
    Path at_;
};

INSTANTIATE_TEST_SUITE_P(
    Forms,
    FileSystemContract,
    ::testing::Values(Form::real, Form::memory),
    [](const auto& form) { return form.param == Form::real ? "Real" : "Memory"; }
);

TEST_P(FileSystemContract, WhatIsWrittenIsRead) {
    const std::string content("a\0\377b", 4);
    files().write_file_atomic(at_ / "f", content, 0751);
    EXPECT_EQ(files().read_file(at_ / "f"), content);
    files().write_file_atomic(at_ / "f", "", 0600);
    EXPECT_EQ(files().read_file(at_ / "f"), "");
    EXPECT_EQ(files().status(at_ / "f")->mode, 0600U);
    EXPECT_THAT(files().list_directory(at_), ElementsAre(DirectoryEntry{"f", FileType::regular}));
}

TEST_P(FileSystemContract, StatusTellsTheTypeAndSeesThroughSymlinksWhenAsked) {
    files().make_directories(at_ / "d", 0700);
    files().write_file_atomic(at_ / "d/f", "12345", 0640);
    files().make_symlink("d/f", at_ / "l");
    files().make_symlink("nowhere", at_ / "dangling");
    EXPECT_EQ(files().status(at_ / "d")->type, FileType::directory);
    EXPECT_EQ(files().status(at_ / "d")->mode, 0700U);
    EXPECT_EQ(files().status(at_ / "d/f")->size_bytes, 5);
    EXPECT_EQ(files().status(at_ / "l")->type, FileType::symlink);
    EXPECT_EQ(files().status_followed(at_ / "l"), files().status(at_ / "d/f"));
    EXPECT_EQ(files().read_symlink(at_ / "l"), "d/f");
    EXPECT_EQ(files().read_file(at_ / "l"), "12345");
    EXPECT_EQ(files().status(at_ / "dangling")->type, FileType::symlink);
    EXPECT_EQ(files().status_followed(at_ / "dangling"), std::nullopt);
    EXPECT_EQ(files().status(at_ / "missing"), std::nullopt);
    EXPECT_EQ(files().status(at_ / "d/f/below-a-file"), std::nullopt);
}

TEST_P(FileSystemContract, ListsSortedByBytes) {
    for (const char* name : {"b", "a.b", "a", "B", "\xC3\xA4"}) {
        files().write_file_atomic(at_ / name, "x", 0644);
    }
    files().make_directories(at_ / "a-folder/below", 0755);
    EXPECT_THAT(
        files().list_directory(at_),
        ElementsAre(
            DirectoryEntry{"B", FileType::regular},
            DirectoryEntry{"a", FileType::regular},
            DirectoryEntry{"a-folder", FileType::directory},
            DirectoryEntry{"a.b", FileType::regular},
            DirectoryEntry{"b", FileType::regular},
            DirectoryEntry{"\xC3\xA4", FileType::regular}
        )
    );
}

TEST_P(FileSystemContract, MakesFoldersWithTheirParents) {
    files().make_directories(at_ / "a/b/c", 0755);
    files().make_directories(at_ / "a/b", 0755);
    EXPECT_EQ(files().status(at_ / "a/b/c")->type, FileType::directory);
    files().write_file_atomic(at_ / "f", "", 0644);
    EXPECT_EQ(
        kind_of([&] { files().make_directories(at_ / "f/below", 0755); }), ErrorKind::not_found
    );
}

TEST_P(FileSystemContract, TemporaryFoldersDiffer) {
    const Path a = files().make_temporary_directory(at_, "x-");
    const Path b = files().make_temporary_directory(at_, "x-");
    EXPECT_NE(a, b);
    EXPECT_EQ(a.filename().string().substr(0, 2), "x-");
    EXPECT_EQ(files().status(a)->mode, 0700U);
}

TEST_P(FileSystemContract, RenameReplacesFilesAndEmptyFoldersOnly) {
    files().write_file_atomic(at_ / "new", "new", 0644);
    files().write_file_atomic(at_ / "old", "old", 0644);
    files().rename(at_ / "new", at_ / "old");
    EXPECT_EQ(files().read_file(at_ / "old"), "new");
    EXPECT_EQ(files().status(at_ / "new"), std::nullopt);
    files().make_directories(at_ / "d/below", 0755);
    files().make_directories(at_ / "empty", 0755);
    files().rename(at_ / "d", at_ / "empty");
    EXPECT_EQ(files().status(at_ / "empty/below")->type, FileType::directory);
    files().make_directories(at_ / "d2", 0755);
    EXPECT_EQ(kind_of([&] { files().rename(at_ / "d2", at_ / "empty"); }), ErrorKind::exists);
}

TEST_P(FileSystemContract, RemovesFilesAndWholeTreesButNotWhatSymlinksLeadTo) {
    files().make_directories(at_ / "keep", 0755);
    files().write_file_atomic(at_ / "keep/f", "kept", 0644);
    files().make_directories(at_ / "tree/a/b", 0755);
    files().write_file_atomic(at_ / "tree/a/f", "x", 0444);
    files().make_symlink("../keep", at_ / "tree/link");
    files().make_symlink((at_ / "keep").string(), at_ / "tree/a/b/absolute");
    files().remove_tree(at_ / "tree");
    files().remove_tree(at_ / "tree");  // nothing there: nothing happens
    EXPECT_EQ(files().status(at_ / "tree"), std::nullopt);
    EXPECT_EQ(files().read_file(at_ / "keep/f"), "kept");
    files().make_symlink("keep", at_ / "link");
    files().remove_tree(at_ / "link");
    EXPECT_EQ(files().read_file(at_ / "keep/f"), "kept");
    EXPECT_TRUE(files().remove_file(at_ / "keep/f"));
    EXPECT_FALSE(files().remove_file(at_ / "keep/f"));
}

struct FailureCase {
    const char* name;
    void (*work)(FileSystem&, const Path&);
    ErrorKind want;
};
constexpr FailureCase kFailureCases[] = {
    {"read what is not there",
     [](FileSystem& f, const Path& at) { f.read_file(at / "missing"); },
     ErrorKind::not_found},
    {"read a folder", [](FileSystem& f, const Path& at) { f.read_file(at); }, ErrorKind::io},
    {"write into no folder",
     [](FileSystem& f, const Path& at) { f.write_file_atomic(at / "missing/f", "x"); },
     ErrorKind::not_found},
    {"list what is not there",
     [](FileSystem& f, const Path& at) { f.list_directory(at / "missing"); },
     ErrorKind::not_found},
    {"read a symlink that is none",
     [](FileSystem& f, const Path& at) { f.read_symlink(at); },
     ErrorKind::io},
    {"make a symlink twice",
     [](FileSystem& f, const Path& at) {
         f.make_symlink("x", at / "twice");
         f.make_symlink("x", at / "twice");
     },
     ErrorKind::exists},
    {"rename what is not there",
     [](FileSystem& f, const Path& at) { f.rename(at / "missing", at / "x"); },
     ErrorKind::not_found},
    {"a circle of symlinks",
     [](FileSystem& f, const Path& at) {
         f.make_symlink("b", at / "a");
         f.make_symlink("a", at / "b");
         f.read_file(at / "a");
     },
     ErrorKind::io}};

TEST_P(FileSystemContract, FailuresHaveTheirKind) {
    for (const FailureCase& c : kFailureCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(kind_of([&] { c.work(files(), at_); }), c.want);
    }
}

TEST_P(FileSystemContract, SpaceIsTold) {
    EXPECT_GT(files().free_bytes(at_), 0);
}

// ---- the form in memory alone ----

TEST(MemoryFileSystem, IsFullAtItsCapacity) {
    MemoryFileSystem files;
    files.set_capacity(10);
    files.put("/d/a", "12345678");
    EXPECT_EQ(files.free_bytes("/"), 2);
    EXPECT_EQ(kind_of([&] { files.write_file_atomic("/d/b", "123"); }), ErrorKind::no_space);
    EXPECT_EQ(
        files.snapshot(),
        (std::map<std::string, std::string>{
            {"/", ""}, {"/d/", ""}, {"/d/a", "12345678"}, {"/tmp/", ""}})
    );
}

// ---- the real form alone ----

class RealFiles : public ::testing::Test {
protected:
    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent()};
    Path at_ = folder_.path();
};

TEST_F(RealFiles, AFailedWriteLeavesTheOldFileAndNoOther) {
    files_.write_file_atomic(at_ / "f", "old");
    files_.make_directories(at_ / "d/below");
    EXPECT_THROW(files_.write_file_atomic(at_ / "d", "x"), Error);
    EXPECT_EQ(kind_of([&] { files_.write_file_atomic("/proc/x", "x"); }), ErrorKind::not_found);
    EXPECT_THAT(
        files_.list_directory(at_),
        ElementsAre(
            DirectoryEntry{"d", FileType::directory}, DirectoryEntry{"f", FileType::regular}
        )
    );
}

TEST_F(RealFiles, AFullDiskIsToldAndLeavesNothing) {
    if (::geteuid() != 0 || ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=64k") != 0) {
        GTEST_SKIP() << "needs root to mount a small file system";
    }
    try {
        files_.write_file_atomic(at_ / "f", std::string(1 << 20, 'x'));
        ADD_FAILURE() << "it fitted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_EQ(error.message(), "writing " + (at_ / "f").string() + ": No space left on device");
    }
    EXPECT_THAT(files_.list_directory(at_), IsEmpty());
    ::umount2(at_.c_str(), 0);
}

TEST_F(RealFiles, TooLargeFilesAreNotRead) {
    files_.write_file_atomic(at_ / "f", "123456");
    EXPECT_EQ(files_.read_file(at_ / "f", 6), "123456");
    EXPECT_EQ(kind_of([&] { files_.read_file(at_ / "f", 5); }), ErrorKind::input);
    EXPECT_EQ(kind_of([&] { files_.read_file("/dev/zero", 1000); }), ErrorKind::input);
}

TEST_F(RealFiles, RemovesFoldersThatMayNotBeWrittenTo) {
    if (::geteuid() == 0) {
        // Root may write anywhere; this is for the others.
        EXPECT_EQ(::chown(at_.c_str(), 65534, 65534), 0);
        EXPECT_EQ(::seteuid(65534), 0);
    }
    files_.make_directories(at_ / "tree/closed/below");
    files_.write_file_atomic(at_ / "tree/closed/f", "x");
    ASSERT_EQ(::chmod((at_ / "tree/closed").c_str(), 0000), 0);
    ASSERT_EQ(::chmod((at_ / "tree").c_str(), 0500), 0);
    EXPECT_NO_THROW(files_.remove_tree(at_ / "tree"));
    EXPECT_EQ(files_.status(at_ / "tree"), std::nullopt);
    EXPECT_EQ(::seteuid(::getuid()), 0);
}

TEST_F(RealFiles, RemovingStopsAtAMount) {
    const Path mounted = at_ / "tree/mounted";
    files_.make_directories(mounted);
    files_.write_file_atomic(at_ / "tree/zzz", "x");
    if (::geteuid() != 0 || ::mount(at_.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) != 0) {
        GTEST_SKIP() << "needs root to mount";
    }
    // A bind mount of the same disk: no device number tells it.
    files_.write_file_atomic(at_ / "kept", "x");
    try {
        files_.remove_tree(at_ / "tree");
        ADD_FAILURE() << "it was removed";
    } catch (const Error& error) {
        EXPECT_EQ(
            error.message(),
            "removing " + mounted.string() + ", a mount point: Device or resource busy"
        );
    }
    EXPECT_TRUE(files_.status(at_ / "kept"));
    EXPECT_THROW(files_.remove_tree(mounted), Error);
    ::umount2(mounted.c_str(), 0);
}

TEST_F(RealFiles, AWalkIsSortedAndEntersNoSymlinkAndNoMount) {
    files_.make_directories(at_ / "b/inner");
    files_.write_file_atomic(at_ / "b/inner/f", "x");
    files_.write_file_atomic(at_ / "a", "x");
    files_.make_directories(at_ / "skipped/x");
    files_.make_symlink("b", at_ / "c");
    files_.make_directories(at_ / "m");
    const bool mounted =
        ::geteuid() == 0 && ::mount("tmpfs", (at_ / "m").c_str(), "tmpfs", 0, "") == 0;
    if (mounted) {
        files_.make_directories(at_ / "m/not-seen");
    }
    const UniqueFd root(::open(at_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::vector<std::string> seen;
    walk_tree(root.get(), at_, [&](const TreeEntry& entry) {
        seen.push_back(entry.path + (S_ISDIR(entry.status.st_mode) ? "/" : ""));
        EXPECT_EQ(::faccessat(entry.parent_fd, entry.name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW), 0);
        return entry.name == "skipped" ? Descend::no : Descend::yes;
    });
    if (mounted) {
        ::umount2((at_ / "m").c_str(), 0);
    }
    EXPECT_THAT(seen, ElementsAre("a", "b/", "b/inner/", "b/inner/f", "c", "m/", "skipped/"));
}

TEST_F(RealFiles, AWholeDeepTreeIsRemoved) {
    Path deep = at_ / "tree";
    for (int i = 0; i < 300; ++i) {
        deep /= "d";
    }
    files_.make_directories(deep);
    files_.remove_tree(at_ / "tree");
    EXPECT_EQ(files_.status(at_ / "tree"), std::nullopt);
}

}  // namespace
}  // namespace kiln::sys
