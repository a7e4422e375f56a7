#include "execute/journal.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace kiln::exec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using TimePoint = std::chrono::system_clock::time_point;

TimePoint at(int seconds) {
    return TimePoint(std::chrono::seconds(seconds));
}

sys::ProcessIdentity gone_process() {
    sys::ProcessIdentity identity = sys::identify_self();
    identity.boot_id = "an-earlier-boot";
    return identity;
}

class JournalTest : public ::testing::Test {
protected:
    std::filesystem::path path() const { return folder_.path() / "state/kiln/kiln.db"; }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent()};
};

TEST_F(JournalTest, ALivingRunHasNoLeftovers) {
    Journal journal(path());
    journal.begin_run({sys::identify_self(), "node.pkr.hcl", at(1)});
    journal.record(ResourceKind::layer, "/cache/layers/tmp1");
    EXPECT_THAT(journal.leftovers(), IsEmpty());
}

TEST_F(JournalTest, WhatAGoneRunDidNotReleaseIsLeftOver) {
    {
        Journal journal(path());
        journal.begin_run({gone_process(), "node.pkr.hcl", at(1)});
        const std::int64_t released = journal.record(ResourceKind::file, "/tmp/script", at(2));
        journal.record(ResourceKind::layer, "/cache/a b", at(3));
        journal.record(ResourceKind::loop_device, "/dev/loop3 /img", at(4));
        journal.release(released, at(5));
    }
    Journal journal(path());
    EXPECT_THAT(
        journal.leftovers(),
        ElementsAre(
            JournaledResource{
                3, ResourceKind::loop_device, "/dev/loop3 /img", "node.pkr.hcl", at(4)},
            JournaledResource{2, ResourceKind::layer, "/cache/a b", "node.pkr.hcl", at(3)}
        )
    );
}

TEST_F(JournalTest, AFinishedRunLeavesWhatItCouldNotRemove) {
    Journal journal(path());
    journal.begin_run({sys::identify_self(), "node.pkr.hcl", at(1)});
    journal.record(ResourceKind::mount, "/mnt/x", at(2));
    journal.finish_run(at(3));
    EXPECT_THAT(
        journal.leftovers(),
        ElementsAre(JournaledResource{1, ResourceKind::mount, "/mnt/x", "node.pkr.hcl", at(2)})
    );
}

TEST_F(JournalTest, AnEntryIsReleasedOnceAndOnlyWhenSaid) {
    Journal journal(path());
    journal.begin_run({gone_process(), "t", at(1)});
    {
        JournalEntry kept(journal, ResourceKind::directory, "/kept");
        JournalEntry released(journal, ResourceKind::directory, "/released");
        JournalEntry moved = std::move(released);
        moved.release();
        moved.release();
        JournalEntry().release();
    }
    const std::vector<JournaledResource> leftovers = journal.leftovers();
    ASSERT_EQ(leftovers.size(), 1U);
    EXPECT_EQ(leftovers[0].name, "/kept");
}

TEST_F(JournalTest, EveryKindGoesThroughTheFile) {
    const std::vector<ResourceKind> kinds = {
        ResourceKind::image,
        ResourceKind::layer,
        ResourceKind::loop_device,
        ResourceKind::mount,
        ResourceKind::process,
        ResourceKind::file,
        ResourceKind::directory};
    Journal journal(path());
    journal.begin_run({gone_process(), "t", at(1)});
    for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind) {
        journal.record(*kind, "x");
    }
    std::vector<ResourceKind> seen;
    for (const JournaledResource& resource : journal.leftovers()) {
        seen.push_back(resource.kind);
    }
    EXPECT_EQ(seen, kinds);
}

// Killed in the midst of its work: what was committed is there, the file is whole.
TEST_F(JournalTest, SurvivesTheKillingOfItsWriter) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        Journal journal(path());
        journal.begin_run({sys::identify_self(), "t", at(1)});
        for (int i = 0;; ++i) {
            journal.record(ResourceKind::file, "/f" + std::to_string(i));
            [[maybe_unused]] const ssize_t n = ::write(ends[1], "x", 1);
        }
    }
    char mark = 0;
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(::read(ends[0], &mark, 1), 1);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    Journal journal(path());
    EXPECT_GE(journal.leftovers().size(), 20U);
    EXPECT_EQ(journal.leftovers().back().name, "/f0");
}

TEST_F(JournalTest, SeveralProcessesAndThreadsWriteAtOnce) {
    constexpr int kEach = 25;
    std::vector<pid_t> children;
    for (int c = 0; c < 3; ++c) {
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                Journal journal(path());
                journal.begin_run({sys::identify_self(), "child", at(1)});
                for (int i = 0; i < kEach; ++i) {
                    journal.record(ResourceKind::file, "/c");
                }
            } catch (const Error&) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    Journal journal(path());
    journal.begin_run({gone_process(), "threads", at(1)});
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < kEach; ++i) {
                    JournalEntry(journal, ResourceKind::file, "/t").release();
                    journal.record(ResourceKind::file, "/t");
                }
            });
        }
    }
    EXPECT_EQ(journal.leftovers().size(), std::size_t{6 * kEach});
}

TEST_F(JournalTest, OldRunsThatLeftNothingAreForgotten) {
    constexpr int kMonth = 31 * 24 * 3600;
    {
        Journal journal(path());
        journal.begin_run({gone_process(), "old", at(1)});
        JournalEntry(journal, ResourceKind::file, "/released").release();
        journal.finish_run(at(2));
    }
    Journal journal(path());
    journal.begin_run({gone_process(), "new", at(2 + kMonth)});
    // The numbers begin anew: the rows of the old run are gone.
    EXPECT_EQ(journal.record(ResourceKind::file, "/x"), 1);
}

TEST_F(JournalTest, ADamagedFileIsToldWithTheRemedy) {
    files_.make_directories(path().parent_path());
    files_.write_file_atomic(path(), std::string(8192, 'x'));
    try {
        const Journal journal(path());
        FAIL() << "it opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        EXPECT_EQ(
            error.message(), "opening the journal " + path().string() + ": the file is damaged"
        );
        EXPECT_EQ(
            error.hint(), "move it away; kiln makes a new one, which does not know what is left"
        );
    }
}

TEST_F(JournalTest, AFolderInItsPlaceIsToldWithTheRemedy) {
    files_.make_directories(path());
    try {
        const Journal journal(path());
        FAIL() << "it opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::permission);
        EXPECT_EQ(
            error.message(), "opening the journal " + path().string() + ": it can not be written"
        );
        EXPECT_EQ(error.hint(), "set XDG_STATE_HOME to a folder that you may write to");
    }
}

// A small file system in place of the state folder, if this test may make one.
class JournalOnDiskTest : public JournalTest {
protected:
    void SetUp() override {
        files_.make_directories(path().parent_path());
        if (::geteuid() != 0 || ::mount("tmpfs", disk(), "tmpfs", 0, "size=256k") != 0) {
            GTEST_SKIP() << "needs root to mount a small file system";
        }
    }
    void TearDown() override { ::umount2(disk(), MNT_DETACH); }
    const char* disk() {
        disk_ = path().parent_path();
        return disk_.c_str();
    }

private:
    std::string disk_;
};

TEST_F(JournalOnDiskTest, AFullDiskIsTold) {
    Journal journal(path());
    journal.begin_run({gone_process(), "t", at(1)});
    try {
        for (int i = 0; i < 1000; ++i) {
            journal.record(ResourceKind::file, std::string(4096, 'x'));
        }
        FAIL() << "it all fitted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_EQ(
            error.message(),
            "writing the journal " + path().string() + ": no space left on the disk"
        );
    }
    EXPECT_THAT(journal.leftovers(), ::testing::Not(IsEmpty()));
}

TEST_F(JournalOnDiskTest, AReadOnlyDiskIsTold) {
    ASSERT_EQ(::mount(nullptr, disk(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    try {
        const Journal journal(path());
        FAIL() << "it opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::permission);
        EXPECT_THAT(error.message(), HasSubstr(path().string()));
    }
}

}  // namespace
}  // namespace kiln::exec
