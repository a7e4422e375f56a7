#include "execute/communicator/ssh/ssh_communicator.hpp"

#include "base/error.hpp"
#include "execute/testing/ssh_server.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"
#include "sys/unique_fd.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>

namespace kiln::exec {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class SshCommunicatorTest : public ::testing::Test {
protected:
    static SshTarget target_of(const SshServer& server) {
        SshTarget target;
        target.machine.host = "127.0.0.1";
        target.machine.port = server.port();
        target.machine.username = server.username();
        target.machine.private_key_file = server.client_key();
        return target;
    }
    void SetUp() override {
        server_.emplace();
        communicator_.emplace(target_of(*server_));
    }
    sys::ExitStatus run(const std::string& command_line) {
        out_.clear();
        err_.clear();
        return communicator_->run(
            command_line,
            [this](sys::OutputStream stream, std::string_view bytes) {
                (stream == sys::OutputStream::out ? out_ : err_).append(bytes);
            },
            {}
        );
    }
    template <class Work>
    Error error_of(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "it worked";
        return Error(ErrorKind::io, "");
    }
    std::string remote(const std::string& name) { return (folder_.path() / name).string(); }
    std::filesystem::path local(const std::string& name) { return folder_.path() / name; }
    unsigned mode_of(const std::string& name) { return files_.status(local(name))->mode; }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent()};
    std::optional<SshServer> server_;
    std::optional<SshCommunicator> communicator_;
    std::string out_;
    std::string err_;
};

TEST_F(SshCommunicatorTest, RunsCommandsAndTellsHowTheyEnd) {
    EXPECT_EQ(run("echo out; echo err >&2; exit 3"), (sys::ExitStatus{3, 0}));
    EXPECT_EQ(out_, "out\n");
    EXPECT_EQ(err_, "err\n");
    EXPECT_EQ(run("kill -9 $$"), (sys::ExitStatus{137, 9}));
    EXPECT_EQ(run("cat; echo end"), (sys::ExitStatus{0, 0})) << "standard input is empty";
    EXPECT_EQ(run("head -c 3000000 /dev/zero | tr '\\0' x; echo"), (sys::ExitStatus{0, 0}));
    EXPECT_EQ(out_, std::string(3000000, 'x') + "\n");
}

TEST_F(SshCommunicatorTest, UploadsAFileWithItsModeToExactlyThatName) {
    const std::string content = std::string("\0\xff binary ", 10) + std::string(5'000'000, 'x');
    files_.write_file_atomic(local("from"), content, 0750);
    communicator_->upload_file(local("from"), remote("to it's"), {});
    EXPECT_EQ(files_.read_file(local("to it's")), content);
    EXPECT_EQ(mode_of("to it's"), 0750U);

    communicator_->upload_content("secret", remote("s"), 0600);
    EXPECT_EQ(files_.read_file(local("s")), "secret");
    EXPECT_EQ(mode_of("s"), 0600U);
    communicator_->upload_content("", remote("empty"), 0644);
    EXPECT_EQ(files_.read_file(local("empty")), "");
}

TEST_F(SshCommunicatorTest, SaysWhyAnUploadFails) {
    files_.make_directories(local("folder"));
    const auto to = [this](const std::string& path) {
        return error_of([&] {
            communicator_->upload_content(std::string(9'000'000, 'x'), path, 0644);
        });
    };
    EXPECT_EQ(
        to(remote("folder")).message(), "uploading to " + remote("folder") + ": is a directory"
    );
    EXPECT_THAT(to(remote("no/such/folder")).message(), HasSubstr("o such file or directory"));
    EXPECT_THAT(to("/dev/full").message(), HasSubstr("o space left on device"));
    EXPECT_EQ(run("true"), sys::ExitStatus{}) << "the connection goes on";
    EXPECT_EQ(
        error_of([&] { communicator_->upload_file(local("none"), remote("x"), {}); }).kind(),
        ErrorKind::not_found
    );
}

TEST_F(SshCommunicatorTest, UploadsAFolderThatDoesNotExistWhole) {
    files_.make_directories(local("from/a/b"));
    files_.make_directories(local("from/c"), 0700);
    files_.write_file_atomic(local("from/a/b/file"), "deep", 0755);
    files_.write_file_atomic(local("from/c/file"), "other");
    files_.write_file_atomic(local("from/" + std::string(200, 'n')), "long name");
    files_.make_symlink("c/file", local("from/link"));
    communicator_->upload_directory(local("from"), remote("to"), {});
    EXPECT_EQ(files_.read_file(local("to/a/b/file")), "deep");
    EXPECT_EQ(mode_of("to/a/b/file"), 0755U);
    EXPECT_EQ(files_.read_file(local("to/c/file")), "other");
    EXPECT_EQ(mode_of("to/c"), 0700U);
    EXPECT_EQ(files_.read_file(local("to/" + std::string(200, 'n'))), "long name");
    EXPECT_EQ(files_.read_file(local("to/link")), "other") << "a link is followed";
    EXPECT_EQ(files_.status(local("to/link"))->type, sys::FileType::regular);
    EXPECT_TRUE(communicator_->is_directory(remote("to/a")));
    EXPECT_FALSE(communicator_->is_directory(remote("to/link")));

    EXPECT_THAT(
        error_of([&] { communicator_->upload_directory(local("from"), remote("x/y"), {}); }
        ).message(),
        HasSubstr("o such file or directory")
    );
    files_.make_symlink(".", local("from/circle"));
    EXPECT_THAT(
        error_of([&] { communicator_->upload_directory(local("from"), remote("to"), {}); }
        ).message(),
        ::testing::AnyOf(HasSubstr("a symlink in a circle"), HasSubstr("oo many"))
    );
}

TEST_F(SshCommunicatorTest, DownloadsFilesAndFolders) {
    files_.make_directories(local("from/sub"), 0700);
    files_.write_file_atomic(local("from/sub/file"), "content", 0400);
    files_.make_symlink("sub/file", local("from/link"));
    communicator_->download_file(remote("from/sub/file"), local("new/folder/file"), {});
    EXPECT_EQ(files_.read_file(local("new/folder/file")), "content");
    EXPECT_EQ(mode_of("new/folder/file"), 0644U);

    communicator_->download_directory(remote("from"), local("to"), {});
    EXPECT_EQ(files_.read_file(local("to/sub/file")), "content");
    EXPECT_EQ(files_.read_file(local("to/link")), "content");
    EXPECT_EQ(mode_of("to/sub"), 0755U);
    EXPECT_EQ(mode_of("to/sub/file"), 0644U);

    EXPECT_THAT(
        error_of([&] { communicator_->download_file(remote("none"), local("x"), {}); }).message(),
        HasSubstr("No such file")
    );
    EXPECT_THAT(
        error_of([&] { communicator_->download_directory(remote("none"), local("y"), {}); }
        ).message(),
        HasSubstr("No such file")
    );
}

TEST_F(SshCommunicatorTest, ConnectsAnewAfterTheConnectionWasLost) {
    std::thread cutter([this] {
        std::this_thread::sleep_for(300ms);
        server_->cut_connections();
    });
    const Error lost = error_of([this] { run("sleep 60"); });
    cutter.join();
    EXPECT_EQ(lost.kind(), ErrorKind::network);
    EXPECT_EQ(run("echo again"), sys::ExitStatus{});
    EXPECT_EQ(out_, "again\n");
}

TEST_F(SshCommunicatorTest, RefusesAMachineThatShowsAnotherHostKey) {
    EXPECT_EQ(run("true"), sys::ExitStatus{});
    EXPECT_EQ(communicator_->host_key() + " ", server_->host_key() + " ");
    server_->stop();
    EXPECT_EQ(error_of([this] { run("true"); }).kind(), ErrorKind::network);
    server_->change_host_key();
    server_->start();
    const Error refused = error_of([this] { run("true"); });
    EXPECT_EQ(refused.kind(), ErrorKind::input);
    EXPECT_THAT(refused.message(), HasSubstr("IS NOT THE ONE WE KNOW"));
}

TEST_F(SshCommunicatorTest, StopsACommandWhenToldTo) {
    std::stop_source stop;
    std::thread stopper([&stop] {
        std::this_thread::sleep_for(300ms);
        stop.request_stop();
    });
    const Error stopped =
        error_of([&] { communicator_->run("sleep 60", sys::OutputSink(), stop.get_token()); });
    stopper.join();
    EXPECT_EQ(stopped.kind(), ErrorKind::interrupted);
    EXPECT_EQ(run("echo on"), sys::ExitStatus{});
}

TEST_F(SshCommunicatorTest, SaysWhyItIsNotLetIn) {
    SshTarget target = target_of(*server_);
    target.machine.private_key_file = server_->client_key().parent_path() / "host";
    const Error refused = error_of([&] { SshCommunicator(target).connect({}); });
    EXPECT_EQ(refused.kind(), ErrorKind::permission);
    EXPECT_THAT(refused.message(), HasSubstr("tried the private key; it offers publickey"));

    target.machine.private_key_file = "/no/such/key";
    EXPECT_THAT(
        error_of([&] { SshCommunicator(target).connect({}); }).message(),
        HasSubstr("the private key /no/such/key does not exist")
    );
}

TEST_F(SshCommunicatorTest, GoesThroughABastion) {
    SshServer far;
    SshTarget target = target_of(far);
    target.bastion = target_of(*server_).machine;
    communicator_.emplace(target);
    EXPECT_EQ(run("echo far"), sys::ExitStatus{});
    EXPECT_EQ(out_, "far\n");
    files_.write_file_atomic(local("from"), std::string(3'000'000, 'y'));
    communicator_->upload_file(local("from"), remote("to"), {});
    EXPECT_EQ(files_.read_file(local("to")), std::string(3'000'000, 'y'));
}

/// Hears whoever connects to the end, and tells how much that was.
class Echo {
public:
    Echo() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const name = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_.get(), name, size) != 0 || ::listen(listener_.get(), 4) != 0 ||
            ::getsockname(listener_.get(), name, &size) != 0) {
            throw system_error("an echo", errno);
        }
        port_ = ntohs(address.sin_port);
        server_ = std::jthread([this] { serve(); });
    }
    ~Echo() { ::shutdown(listener_.get(), SHUT_RDWR); }
    int port() const { return port_; }

private:
    void serve() {
        for (;;) {
            const sys::UniqueFd peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!peer) {
                return;
            }
            std::string heard;
            char buffer[4096];
            ssize_t got = 0;
            while ((got = ::read(peer.get(), buffer, sizeof(buffer))) > 0) {
                heard.append(buffer, static_cast<std::size_t>(got));
            }
            const std::string answer = std::to_string(heard.size()) + " bytes\n";
            EXPECT_EQ(::write(peer.get(), answer.data(), answer.size()), std::ssize(answer));
        }
    }

    sys::UniqueFd listener_;
    int port_ = 0;
    std::jthread server_;
};

/// A port that nobody listens on now.
int unused_port() {
    return Echo().port();
}

// Sends bytes, says that these were all, and shows the answer.
std::string ask_by_python(int port, int bytes) {
    return "python3 -c 'import socket; s = socket.create_connection((\"127.0.0.1\", " +
           std::to_string(port) + ")); s.sendall(b\"x\" * " + std::to_string(bytes) +
           "); s.shutdown(1); print(s.recv(100).decode(), end=\"\")'";
}

TEST_F(SshCommunicatorTest, SendsOfAFolderOnlyWhatDiffers) {
    files_.make_directories(local("tree/deep"), 0755);
    for (const char* name : {"same", "-odd 'name\n", "deep/other", "deep/longer", "deep/new"}) {
        files_.write_file_atomic(local("tree") / name, "content\n");
    }
    communicator_->upload_directory(local("tree"), remote("there"), {});
    const auto written_at = [&](const char* name) {
        return std::filesystem::last_write_time(local("there") / name);
    };
    // What is sent again is another file afterwards; these times tell.
    const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(10);
    for (const char* name : {"same", "-odd 'name\n", "deep/other", "deep/longer"}) {
        std::filesystem::last_write_time(local("there") / name, long_ago);
    }
    files_.write_file_atomic(local("tree/deep/other"), "CONTENT\n");
    files_.write_file_atomic(local("tree/deep/longer"), "more content\n");
    std::filesystem::remove(local("there/deep/new"));
    communicator_->upload_directory(local("tree"), remote("there"), {});
    EXPECT_EQ(written_at("same"), long_ago);
    EXPECT_EQ(written_at("-odd 'name\n"), long_ago);
    EXPECT_EQ(files_.read_file(local("there/deep/other")), "CONTENT\n");
    EXPECT_EQ(files_.read_file(local("there/deep/longer")), "more content\n");
    EXPECT_EQ(files_.read_file(local("there/deep/new")), "content\n");

    ASSERT_EQ(::chmod(local("tree/same").c_str(), 0600), 0);
    communicator_->upload_directory(local("tree"), remote("there"), {});
    EXPECT_EQ(mode_of("there/same"), 0600U);
}

TEST_F(SshCommunicatorTest, TellsOfTransfersThatTakeAWhile) {
    std::vector<std::string> told;
    std::int64_t last = 0;
    communicator_->tell_of_transfers(
        [&](const std::string& what, std::int64_t done, std::int64_t total, bool finished) {
            EXPECT_EQ(total, 0);
            EXPECT_GE(done, last);
            last = done;
            told.push_back(what + (finished ? " finished" : ""));
        }
    );
    EXPECT_EQ(run("mkfifo " + remote("pipe")), sys::ExitStatus{});
    std::thread writer([&] {
        const sys::UniqueFd pipe(::open(local("pipe").c_str(), O_WRONLY | O_CLOEXEC));
        for (int i = 0; i < 4; ++i) {
            std::this_thread::sleep_for(300ms);
            EXPECT_EQ(::write(pipe.get(), "1234", 4), 4);
        }
    });
    communicator_->download_file(remote("pipe"), local("got"), {});
    writer.join();
    ASSERT_GE(told.size(), 2U);
    EXPECT_EQ(told.front(), "downloading " + remote("pipe"));
    EXPECT_EQ(told.back(), "downloading " + remote("pipe") + " finished");
    EXPECT_EQ(last, 16);
}

TEST_F(SshCommunicatorTest, CopiesBySftpWhenTold) {
    SshTarget target = target_of(*server_);
    target.transfer = SshTransfer::sftp;
    communicator_.emplace(target);
    const std::string content = std::string(100'000, 'z') + "end";
    files_.make_directories(local("tree/deep/empty"), 0755);
    files_.write_file_atomic(local("tree/deep/file"), content);
    ASSERT_EQ(::chmod(local("tree/deep/file").c_str(), 0751), 0);
    ASSERT_EQ(::chmod(local("tree/deep").c_str(), 0711), 0);
    files_.write_file_atomic(local("tree/top"), "");
    communicator_->upload_directory(local("tree"), remote("there"), {});
    EXPECT_EQ(files_.read_file(local("there/deep/file")), content);
    EXPECT_EQ(mode_of("there/deep/file"), 0751U);
    EXPECT_EQ(mode_of("there/deep"), 0711U);
    EXPECT_TRUE(communicator_->is_directory(remote("there/deep/empty")));
    EXPECT_FALSE(communicator_->is_directory(remote("there/top")));

    communicator_->upload_content("secret", remote("there/secret"), 0400);
    EXPECT_EQ(mode_of("there/secret"), 0400U);
    communicator_->download_directory(remote("there"), local("back"), {});
    EXPECT_EQ(files_.read_file(local("back/deep/file")), content);
    EXPECT_EQ(files_.read_file(local("back/secret")), "secret");
    EXPECT_TRUE(std::filesystem::is_directory(local("back/deep/empty")));

    EXPECT_THAT(
        error_of([&] { communicator_->upload_content("x", remote("there"), 0644); }).message(),
        HasSubstr("is a directory")
    );
    EXPECT_THAT(
        error_of([&] { communicator_->upload_content("x", remote("none/x"), 0644); }).message(),
        HasSubstr("no such file or folder")
    );
    EXPECT_THAT(
        error_of([&] { communicator_->download_file(remote("none"), local("y"), {}); }).message(),
        HasSubstr("no such file or folder")
    );
    EXPECT_FALSE(files_.status(local("y")));
    server_->cut_connections();
    EXPECT_EQ(error_of([this] { run("sleep 60"); }).kind(), ErrorKind::network);
    communicator_->upload_content("again", remote("again"), 0644);
    EXPECT_EQ(files_.read_file(local("again")), "again");
}

TEST_F(SshCommunicatorTest, SendsFoldersBySftpWhereThereIsNoTar) {
    // A machine whose programs are those of an empty folder.
    const SshServer bare("SetEnv PATH=" + local("bin").string());
    files_.make_directories(local("bin"), 0755);
    files_.make_directories(local("tree"), 0755);
    files_.write_file_atomic(local("tree/a"), "a");
    SshCommunicator communicator(target_of(bare));
    ASSERT_FALSE(communicator.run("command -v tar", {}, {}).ok());
    communicator.upload_directory(local("tree"), remote("there"), {});
    communicator.download_directory(remote("there"), local("back"), {});
    EXPECT_EQ(files_.read_file(local("back/a")), "a");
}

TEST_F(SshCommunicatorTest, PacksFoldersForAMachineThatIsFarAway) {
    // Its tar says what it was asked to do, and how much came.
    const std::string log = remote("log");
    files_.make_directories(local("bin"), 0755);
    files_.write_file_atomic(
        local("bin/tar"),
        "#!/bin/sh\necho \"$1\" >>" + log + "\ncase $1 in\n-x*) tee " + remote("came") +
            " | /usr/bin/tar \"$@\" ;;\n*) exec /usr/bin/tar \"$@\" ;;\nesac\n",
        0755
    );
    const SshServer far("SetEnv PATH=" + local("bin").string() + ":/usr/bin:/bin");
    files_.make_directories(local("tree/deep"), 0755);
    files_.write_file_atomic(local("tree/deep/same"), std::string(3'000'000, 'x'));
    files_.write_file_atomic(local("tree/a"), "a");
    SshTarget target = target_of(far);
    target.packs_from = 0us;
    SshCommunicator communicator(target);
    communicator.upload_directory(local("tree"), remote("there"), {});
    communicator.download_directory(remote("there"), local("back"), {});
    EXPECT_EQ(files_.read_file(local("back/deep/same")), std::string(3'000'000, 'x'));
    EXPECT_EQ(files_.read_file(local("back/a")), "a");
    EXPECT_EQ(files_.read_file(log), "-xzpomf\n-czhf\n");
    EXPECT_LT(files_.status(local("came"))->size_bytes, 100'000);

    // This one is near.
    SshCommunicator near(target_of(far));
    near.upload_directory(local("tree"), remote("again"), {});
    EXPECT_EQ(files_.read_file(local("again/a")), "a");
    EXPECT_EQ(files_.read_file(log), "-xzpomf\n-czhf\n-xpomf\n");
}

TEST_F(SshCommunicatorTest, EndsACommandThatIsSilentForTooLong) {
    SshTarget target = target_of(*server_);
    target.silence_timeout = 2s;
    communicator_.emplace(target);
    EXPECT_EQ(run("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.3; done"), sys::ExitStatus{});
    const Error silent = error_of([this] { run("sleep 60"); });
    EXPECT_EQ(silent.kind(), ErrorKind::timeout);
    EXPECT_THAT(silent.message(), HasSubstr("was silent for 2s"));
    EXPECT_EQ(run("echo still there"), sys::ExitStatus{});
}

TEST_F(SshCommunicatorTest, OpensPortsOfTheFarMachineThatLeadHere) {
    const Echo echo;
    const int port = unused_port();
    SshTarget target = target_of(*server_);
    target.remote_tunnels = {{port, "127.0.0.1", echo.port()}};
    communicator_.emplace(target);
    EXPECT_EQ(run(ask_by_python(port, 5'000'000)), sys::ExitStatus{}) << err_;
    EXPECT_EQ(out_, "5000000 bytes\n");
}

TEST_F(SshCommunicatorTest, OpensPortsHereThatLeadToWhatTheFarMachineReaches) {
    const Echo echo;
    const int port = unused_port();
    SshTarget target = target_of(*server_);
    target.local_tunnels = {{port, "127.0.0.1", echo.port()}};
    communicator_.emplace(target);
    for (int time = 0; time < 2; ++time) {
        EXPECT_EQ(run(ask_by_python(port, 3'000'000)), sys::ExitStatus{}) << err_;
        EXPECT_EQ(out_, "3000000 bytes\n");
        // After the connection was lost the tunnel is there again.
        server_->cut_connections();
        EXPECT_EQ(error_of([&] { run("sleep 60"); }).kind(), ErrorKind::network);
    }
}

TEST_F(SshCommunicatorTest, SaysWhichPortForATunnelIsTaken) {
    const Echo echo;
    SshTarget target = target_of(*server_);
    target.local_tunnels = {{echo.port(), "127.0.0.1", 80}};
    EXPECT_THAT(
        error_of([&] { SshCommunicator(target).connect({}); }).message(),
        HasSubstr("opening the tunnel " + std::to_string(echo.port()) + ":127.0.0.1:80 on this")
    );
}

TEST_F(SshCommunicatorTest, SaysWhichTunnelTheFarMachineRefuses) {
    const SshServer strict("AllowTcpForwarding no");
    SshTarget target = target_of(strict);
    target.remote_tunnels = {{unused_port(), "127.0.0.1", 80}};
    EXPECT_THAT(
        error_of([&] { SshCommunicator(target).connect({}); }).message(),
        HasSubstr(":127.0.0.1:80 on the machine: ")
    );
}

}  // namespace
}  // namespace kiln::exec
