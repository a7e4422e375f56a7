#include "sys/temp_directory.hpp"

#include "base/error.hpp"
#include "sys/testing/memory_file_system.hpp"

#include <gtest/gtest.h>

namespace kiln::sys {
namespace {

TEST(TempDirectory, GoesWithAllThatIsInIt) {
    MemoryFileSystem files;
    const std::map<std::string, std::string> before = files.snapshot();
    {
        TempDirectory folder(files, "/tmp", "x-");
        TempDirectory moved = std::move(folder);
        files.make_directories(moved.path() / "a/b");
        files.write_file_atomic(moved.path() / "a/f", "x");
        EXPECT_NE(files.snapshot(), before);
    }
    EXPECT_EQ(files.snapshot(), before);
}

TEST(TempDirectory, IsRemovedOnceWhenAsked) {
    MemoryFileSystem files;
    TempDirectory folder(files, "/tmp", "x-");
    const std::filesystem::path path = folder.path();
    folder.remove();
    files.make_directories(path);  // another's now
    folder.remove();
    EXPECT_TRUE(files.status(path));
}

TEST(TempDirectory, NeedsItsParent) {
    MemoryFileSystem files;
    EXPECT_THROW(TempDirectory(files, "/missing"), Error);
}

}  // namespace
}  // namespace kiln::sys
