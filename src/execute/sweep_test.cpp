#include "execute/sweep.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::exec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SweepTest : public ::testing::Test {
protected:
    SweepTest() {
        sys::ProcessIdentity gone = sys::identify_self();
        gone.start_ticks -= 1;
        journal_.begin_run({gone, "node.pkr.hcl", {}});
    }
    std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
    std::vector<std::string> sweep_lines(bool dry_run = false) {
        std::vector<std::string> lines;
        for (const SweptResource& swept : sweep(journal_, files_, nullptr, dry_run)) {
            lines.push_back(describe(swept));
        }
        return lines;
    }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent()};
    Journal journal_{folder_.path() / "kiln.db"};
};

TEST_F(SweepTest, RemovesFilesAndFoldersOnce) {
    files_.make_directories(at("layer/etc"));
    files_.make_symlink("/etc/passwd", at("layer/etc/link"));
    files_.write_file_atomic(at("image.raw"), "partial");
    journal_.record(ResourceKind::layer, at("layer"));
    journal_.record(ResourceKind::image, at("image.raw"));
    journal_.record(ResourceKind::directory, at("never-made"));
    EXPECT_THAT(
        sweep_lines(true),
        ElementsAre(
            "would remove directory " + at("never-made"),
            "would remove image " + at("image.raw"),
            "would remove layer " + at("layer")
        )
    );
    EXPECT_TRUE(files_.status(at("layer/etc/link")));
    EXPECT_THAT(
        sweep_lines(),
        ElementsAre(
            "directory " + at("never-made") + " is gone already",
            "removed image " + at("image.raw"),
            "removed layer " + at("layer")
        )
    );
    EXPECT_EQ(files_.status(at("layer")), std::nullopt);
    EXPECT_EQ(files_.status(at("image.raw")), std::nullopt);
    EXPECT_TRUE(files_.status("/etc/passwd"));
    EXPECT_THAT(sweep_lines(), IsEmpty());
}

TEST_F(SweepTest, KillsAProcessButNotALaterOneOfItsNumber) {
    const pid_t child = ::fork();
    if (child == 0) {
        for (;;) {
            ::pause();
        }
    }
    const auto identity = sys::identify_process(child);
    ASSERT_TRUE(identity);
    sys::ProcessIdentity earlier = *identity;
    earlier.start_ticks -= 1;
    journal_.record(ResourceKind::process, to_string(earlier));
    EXPECT_THAT(sweep_lines(), ElementsAre("process " + to_string(earlier) + " is gone already"));
    EXPECT_TRUE(sys::is_running(*identity));
    journal_.record(ResourceKind::process, to_string(*identity));
    EXPECT_THAT(sweep_lines(), ElementsAre("removed process " + to_string(*identity)));
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(SweepTest, UnmountsBeforeItRemoves) {
    files_.make_directories(at("tree/a b/inner"));
    if (::geteuid() != 0 || ::mount("tmpfs", at("tree/a b").c_str(), "tmpfs", 0, "") != 0) {
        GTEST_SKIP() << "needs root to mount";
    }
    files_.make_directories(at("tree/a b/inner"));
    ASSERT_EQ(::mount("tmpfs", at("tree/a b/inner").c_str(), "tmpfs", 0, ""), 0);
    files_.make_directories(at("other"));
    ASSERT_EQ(::mount("tmpfs", at("other").c_str(), "tmpfs", 0, ""), 0);
    journal_.record(ResourceKind::directory, at("tree"));
    journal_.record(ResourceKind::mount, at("other"));
    EXPECT_THAT(
        sweep_lines(),
        ElementsAre("removed mount " + at("other"), "removed directory " + at("tree"))
    );
    EXPECT_EQ(files_.status(at("tree")), std::nullopt);
    EXPECT_NE(::umount2(at("other").c_str(), 0), 0);
}

TEST_F(SweepTest, ARemovalThatFailsStopsNoOtherAndIsTriedAgain) {
    files_.write_file_atomic(at("fine"), "x");
    journal_.record(ResourceKind::file, at("fine"));
    journal_.record(ResourceKind::directory, "/");
    journal_.record(ResourceKind::file, "relative/path");
    const std::vector<std::string> stubborn = {
        "could not remove file relative/path: \"relative/path\" is no path that kiln would have "
        "recorded",
        "could not remove directory /: \"/\" is no path that kiln would have recorded"};
    EXPECT_THAT(sweep_lines(), ElementsAre(stubborn[0], stubborn[1], "removed file " + at("fine")));
    EXPECT_THAT(sweep_lines(), ElementsAre(stubborn[0], stubborn[1]));
}

TEST_F(SweepTest, ALoopDeviceOfAnotherFileIsLeftAlone) {
    journal_.record(ResourceKind::loop_device, "/dev/loop0 /no/such/image of kiln");
    journal_.record(ResourceKind::loop_device, "nonsense");
    EXPECT_THAT(
        sweep_lines(),
        ElementsAre(
            "loop device nonsense is gone already",
            "loop device /dev/loop0 /no/such/image of kiln is gone already"
        )
    );
}

}  // namespace
}  // namespace kiln::exec
