#include "execute/communicator/rootfs_communicator.hpp"

#include "base/error.hpp"
#include "execute/communicator/none_communicator.hpp"
#include "sys/testing/host_tree.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::exec {
namespace {

using ::testing::HasSubstr;
using Path = std::filesystem::path;

std::string message_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.message();
    }
    return "no error";
}

class RootfsCommunicatorTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (const auto reason = sys::HostTree::missing()) {
            GTEST_SKIP() << *reason;
        }
        sandbox_.emplace(sys::Sandbox::start(tree_.layered()));
        communicator_.emplace(*sandbox_);
        files_.make_directories(local());
    }
    Path local() const { return tree_.folder() / "local"; }
    void put(const std::string& name, const std::string& content, unsigned mode = 0644) {
        files_.make_directories((local() / name).parent_path());
        files_.write_file_atomic(local() / name, content, mode);
    }
    // What a command of the inside prints, both streams.
    std::string inside(const std::string& command_line) {
        std::string text;
        communicator_->run(
            command_line, [&](sys::OutputStream, std::string_view piece) { text += piece; }, {}
        );
        return text;
    }

    sys::HostTree tree_;
    sys::RealFileSystem files_;
    std::optional<sys::Sandbox> sandbox_;
    std::optional<RootfsCommunicator> communicator_;
};

TEST_F(RootfsCommunicatorTest, RunsCommandLinesInAShell) {
    EXPECT_EQ(inside("echo \"$HOME\" | tr a-z A-Z; echo $0 $#"), "/ROOT\n/bin/sh 0\n");
    EXPECT_EQ(communicator_->run("exit 7", {}, {}), (sys::ExitStatus{7, 0}));
}

TEST_F(RootfsCommunicatorTest, UploadsFilesWithTheirModeToExactlyThePath) {
    put("f", "content", 0751);
    communicator_->upload_file(local() / "f", "/tmp/g", {});
    EXPECT_EQ(inside("stat -c '%a %u %n' /tmp/g; cat /tmp/g"), "751 0 /tmp/g\ncontent");
    put("f", "new", 0600);
    communicator_->upload_file(local() / "f", "/tmp/g", {});
    EXPECT_EQ(inside("stat -c %a /tmp/g; cat /tmp/g"), "600\nnew");
    communicator_->upload_content(std::string("a\0b", 3), "~/x", 0640);
    communicator_->upload_content("relative", "y", 0644);
    EXPECT_EQ(inside("stat -c '%a %s' /root/x; cat /root/y"), "640 3\nrelative");
}

TEST_F(RootfsCommunicatorTest, RefusesWhatScpRefuses) {
    put("f", "content");
    files_.make_directories(local() / "d");
    EXPECT_EQ(
        message_of([&] { communicator_->upload_file(local() / "f", "/tmp", {}); }),
        "uploading " + (local() / "f").string() + " to /tmp: Is a directory"
    );
    EXPECT_EQ(
        message_of([&] { communicator_->upload_file(local() / "f", "/no/such/f", {}); }),
        "uploading " + (local() / "f").string() + " to /no/such/f: No such file or directory"
    );
    EXPECT_EQ(
        message_of([&] { communicator_->upload_file(local() / "d", "/tmp/d", {}); }),
        "uploading " + (local() / "d").string() + " to /tmp/d: Is a directory"
    );
    EXPECT_EQ(
        message_of([&] { communicator_->upload_file(local() / "none", "/tmp/d", {}); }),
        "uploading " + (local() / "none").string() + " to /tmp/d: No such file or directory"
    );
    EXPECT_EQ(
        message_of([&] { communicator_->upload_directory(local() / "d", "/no/such/d", {}); }),
        "opening /no/such: No such file or directory"
    );
    inside("mkfifo /tmp/fifo");
    EXPECT_THAT(
        message_of([&] { communicator_->upload_content("x", "/tmp/fifo", 0644); }),
        HasSubstr("uploading to /tmp/fifo: ")
    );
    EXPECT_THAT(
        message_of([&] { communicator_->download_file("/tmp/fifo", local() / "x", {}); }),
        HasSubstr("not a regular file")
    );
    EXPECT_EQ(inside("ls /tmp"), "fifo\n");
}

TEST_F(RootfsCommunicatorTest, UploadsTheContentsOfAFolder) {
    put("d/a", "A", 0755);
    put("d/sub/b", "B", 0600);
    files_.make_directories(local() / "d/empty", 0755);
    ASSERT_EQ(::chmod((local() / "d/sub").c_str(), 0750), 0);
    files_.make_symlink("a", local() / "d/to-file");
    files_.make_symlink("sub", local() / "d/to-folder");
    communicator_->upload_directory(local() / "d", "/tmp/new", {});
    const std::string want =
        "755 d .\n755 - ./a\n755 d ./empty\n750 d ./sub\n600 - ./sub/b\n755 - ./to-file\n"
        "750 d ./to-folder\n600 - ./to-folder/b\n";
    const std::string list =
        " && find . | LC_ALL=C sort | xargs stat -c '%a %A %n' | sed 's/ \\(.\\)[^ ]* / \\1 /'";
    EXPECT_EQ(inside("cd /tmp/new" + list), want);
    // Into one that is there: merged.
    inside("mkdir /tmp/old && chmod 755 /tmp/old && echo kept > /tmp/old/kept");
    communicator_->upload_directory(local() / "d/", "/tmp/old/", {});
    EXPECT_EQ(inside("rm /tmp/old/kept; cd /tmp/old" + list), want);
}

TEST_F(RootfsCommunicatorTest, ACircleOfLinksOrOneToNowhereIsAnError) {
    put("circle/f", "x");
    files_.make_symlink("..", local() / "circle/up");
    EXPECT_THAT(
        message_of([&] { communicator_->upload_directory(local() / "circle", "/tmp/c", {}); }),
        ::testing::AnyOf(HasSubstr("a symlink in a circle"), HasSubstr("levels of symbolic links"))
    );
    put("dangling/f", "x");
    files_.make_symlink("nowhere", local() / "dangling/link");
    EXPECT_EQ(
        message_of([&] { communicator_->upload_directory(local() / "dangling", "/tmp/x", {}); }),
        "uploading " + (local() / "dangling/link").string() +
            " to /tmp/x/link: No such file or directory"
    );
}

// The heart of the matter: whatever links the tree holds, the host is neither read nor written.
TEST_F(RootfsCommunicatorTest, LinksOfTheTreeNeverLeadToTheHost) {
    put("secret", "of the host");
    put("innocent", "upload");
    const std::string secret = (local() / "secret").string();
    const std::string folder = local().string();
    inside(
        "ln -s " + secret + " /tmp/absolute; ln -s ../../../../../../../../.." + secret +
        " /tmp/relative; ln -s " + folder +
        " /tmp/folder; ln -s /proc/1/root /tmp/magic; "
        "mkdir /tmp/d; ln -s " +
        secret + " /tmp/d/link"
    );
    const std::vector<std::string> targets = {
        "/tmp/absolute",
        "/tmp/relative",
        "/tmp/folder/secret",
        "/tmp/magic" + secret,
        "/../../.." + secret};
    for (const std::string& target : targets) {
        SCOPED_TRACE(target);
        EXPECT_NE(
            message_of([&] { communicator_->upload_file(local() / "innocent", target, {}); }),
            "no error"
        );
        EXPECT_NE(
            message_of([&] { communicator_->download_file(target, local() / "out", {}); }),
            "no error"
        );
    }
    EXPECT_NE(
        message_of([&] { communicator_->upload_directory(local(), "/tmp/folder/d", {}); }),
        "no error"
    );
    EXPECT_NE(
        message_of([&] { communicator_->download_directory("/tmp/d", local() / "out", {}); }),
        "no error"
    );
    EXPECT_FALSE(communicator_->is_directory("/tmp/folder"));
    EXPECT_EQ(files_.read_file(secret), "of the host");
    EXPECT_EQ(files_.status(local() / "d"), std::nullopt);
}

TEST_F(RootfsCommunicatorTest, LinksWithinTheTreeAreFollowed) {
    inside("mkdir /tmp/d; ln -s /tmp/d /tmp/absolute; ln -s d /tmp/relative");
    communicator_->upload_content("one", "/tmp/absolute/1", 0644);
    communicator_->upload_content("two", "/tmp/relative/2", 0644);
    EXPECT_EQ(inside("cat /tmp/d/1 /tmp/d/2"), "onetwo");
    EXPECT_TRUE(communicator_->is_directory("/tmp/absolute"));
    EXPECT_TRUE(communicator_->is_directory("~"));
    EXPECT_FALSE(communicator_->is_directory("/tmp/d/1"));
    EXPECT_FALSE(communicator_->is_directory("/tmp/none"));
}

TEST_F(RootfsCommunicatorTest, DownloadsFilesAndFolders) {
    inside(
        "printf secret > /root/f; chmod 4700 /root/f; mkdir -p /root/d/sub; echo B > "
        "/root/d/sub/b; chmod 700 /root/d /root/d/sub; ln -s sub/b /root/d/link"
    );
    communicator_->download_file("~/f", local() / "new/deep/f", {});
    EXPECT_EQ(files_.read_file(local() / "new/deep/f"), "secret");
    EXPECT_EQ(files_.status(local() / "new/deep/f")->mode, 0644U);
    EXPECT_EQ(files_.status(local() / "new/deep")->mode, 0755U);
    communicator_->download_directory("d", local() / "out", {});
    EXPECT_EQ(files_.read_file(local() / "out/sub/b"), "B\n");
    EXPECT_EQ(files_.read_file(local() / "out/link"), "B\n");
    EXPECT_EQ(files_.status(local() / "out/link")->type, sys::FileType::regular);
    EXPECT_EQ(files_.status(local() / "out/sub")->mode, 0755U);
    EXPECT_EQ(
        message_of([&] { communicator_->download_file("/root", local() / "x", {}); }),
        "downloading /root to " + (local() / "x").string() + ": Is a directory"
    );
}

TEST_F(RootfsCommunicatorTest, AStopEndsATransfer) {
    put("f", "content");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(
        message_of([&] { communicator_->upload_file(local() / "f", "/tmp/f", stop.get_token()); }),
        "interrupted while uploading " + (local() / "f").string() + " to /tmp/f"
    );
}

TEST(NoneCommunicator, RefusesEverythingByName) {
    NoneCommunicator none;
    try {
        none.upload_content("x", "/etc/x", 0644);
        FAIL() << "it was uploaded";
    } catch (const Error& error) {
        EXPECT_EQ(
            render(error),
            "error: uploading /etc/x: the build has communicator \"none\"\n"
            "  hint: use a communicator, or provisioners that run on this host (shell-local)"
        );
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
    }
    EXPECT_THROW(none.run("true", {}, {}), Error);
    EXPECT_THROW(none.upload_file("/x", "/x", {}), Error);
    EXPECT_THROW(none.upload_directory("/x", "/x", {}), Error);
    EXPECT_THROW(none.is_directory("/x"), Error);
    EXPECT_THROW(none.download_file("/x", "/x", {}), Error);
    EXPECT_THROW(none.download_directory("/x", "/x", {}), Error);
}

}  // namespace
}  // namespace kiln::exec
