#include "sys/file_lock.hpp"

#include "base/error.hpp"
#include "sys/temp_directory.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace kiln::sys {
namespace {

using Kind = FileLock::Kind;

class FileLockTest : public ::testing::Test {
protected:
    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent()};
    std::filesystem::path path_ = folder_.path() / "lock";
};

TEST_F(FileLockTest, ReadersShareAndAWriterIsAlone) {
    {
        const auto reader = FileLock::try_acquire(path_, Kind::shared);
        ASSERT_TRUE(reader);
        EXPECT_TRUE(FileLock::try_acquire(path_, Kind::shared));
        EXPECT_FALSE(FileLock::try_acquire(path_, Kind::exclusive));
    }
    const auto writer = FileLock::try_acquire(path_, Kind::exclusive);
    ASSERT_TRUE(writer);
    EXPECT_FALSE(FileLock::try_acquire(path_, Kind::shared));
}

TEST_F(FileLockTest, WaitsForTheHolder) {
    auto holder = FileLock::try_acquire(path_, Kind::exclusive);
    std::jthread releases([&] { holder.reset(); });
    EXPECT_NO_THROW(FileLock::acquire(path_, Kind::exclusive, {}));
}

TEST_F(FileLockTest, AStopEndsTheWait) {
    const auto holder = FileLock::try_acquire(path_, Kind::exclusive);
    std::stop_source stop;
    stop.request_stop();
    try {
        FileLock::acquire(path_, Kind::shared, stop.get_token());
        FAIL() << "two have it";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

TEST_F(FileLockTest, AKilledHolderHoldsNothing) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = FileLock::try_acquire(path_, Kind::exclusive);
        [[maybe_unused]] const ssize_t n = ::write(ends[1], "x", 1);
        ::pause();
        ::_exit(1);
    }
    char mark = 0;
    ASSERT_EQ(::read(ends[0], &mark, 1), 1);
    EXPECT_FALSE(FileLock::try_acquire(path_, Kind::exclusive));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(FileLock::try_acquire(path_, Kind::exclusive));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_F(FileLockTest, AFileThatCanNotBeMadeIsAnError) {
    EXPECT_THROW(FileLock::try_acquire(folder_.path() / "no/lock", Kind::shared), Error);
}

}  // namespace
}  // namespace kiln::sys
