#include "execute/communicator/communicator_server.hpp"

#include "base/error.hpp"
#include "execute/testing/host_communicator.hpp"
#include "sys/temp_directory.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

/// What a program at the other end of the socket does.
class AskingClient {
public:
    explicit AskingClient(const std::string& socket)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket.copy(address.sun_path, sizeof address.sun_path - 1);
        if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw system_error("connecting to " + socket, errno);
        }
    }

    void send(const std::vector<std::string>& parts) {
        std::string bytes = number(parts.size());
        for (const std::string& part : parts) {
            bytes += number(part.size()) + part;
        }
        send_raw(bytes);
    }
    void send_raw(const std::string& bytes) {
        ASSERT_EQ(
            ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size())
        );
    }
    /// Empty when the server has hung up.
    std::vector<std::string> receive() {
        std::vector<std::string> parts(take_number());
        for (std::string& part : parts) {
            part = take(take_number());
        }
        return parts;
    }
    std::vector<std::string> ask(const std::vector<std::string>& parts) {
        send(parts);
        return receive();
    }
    void hang_up() { fd_.reset(); }

    static std::string number(std::size_t value) {
        std::string out;
        for (const unsigned shift : {24U, 16U, 8U, 0U}) {
            out += static_cast<char>(value >> shift & 0xFFU);
        }
        return out;
    }

private:
    std::string take(std::size_t size) {
        std::string bytes(size, '\0');
        // Asked for nothing, recv waits for something.
        const ssize_t got = size == 0 ? 0 : ::recv(fd_.get(), bytes.data(), size, MSG_WAITALL);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    std::size_t take_number() {
        std::size_t value = 0;
        for (const char byte : take(4)) {
            value = value << 8U | static_cast<unsigned char>(byte);
        }
        return value;
    }

    sys::UniqueFd fd_;
};

class ServedCommunicator : public testing::Test {
protected:
    sys::RealFileSystem files;
    sys::RealProcessRunner processes;
    sys::TempDirectory folder{files, sys::default_temp_parent()};
    HostCommunicator communicator{files, processes};
    std::string socket = folder.path() / "socket";
    std::optional<CommunicatorServer> server{std::in_place, communicator, socket};

    /// A command that would run for long; returns when it does.
    void start_sleep(AskingClient& client) {
        const std::filesystem::path mark = folder.path() / "started";
        client.send({"exec", "touch " + mark.string() + "; exec sleep 1000", ""});
        while (!files.status(mark)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
};

TEST_F(ServedCommunicator, RunsCommandsWithTheirInput) {
    AskingClient client(socket);
    EXPECT_THAT(
        client.ask({"exec", "cat; echo wrong >&2; exit 3", "given"}),
        ElementsAre("ok", "3", "given", "wrong\n")
    );
    const std::string large(3'000'000, 'x');
    EXPECT_THAT(client.ask({"exec", "wc -c", large}), ElementsAre("ok", "0", "3000000\n", ""));
    EXPECT_THAT(
        client.ask({"exec", "printf '\\377\\000'", ""}),
        ElementsAre("ok", "0", std::string("\377\0", 2), "")
    );
}

TEST_F(ServedCommunicator, CopiesFiles) {
    const std::string local = folder.path() / "local";
    const std::string remote = folder.path() / "remote";
    const std::string back = folder.path() / "back";
    files.write_file_atomic(local, "content");
    AskingClient client(socket);
    EXPECT_THAT(client.ask({"put", local, remote}), ElementsAre("ok"));
    EXPECT_THAT(client.ask({"fetch", remote, back}), ElementsAre("ok"));
    EXPECT_EQ(files.read_file(back), "content");
    const std::vector<std::string> missing = client.ask({"fetch", remote + "-not", back});
    ASSERT_EQ(missing.size(), 3U);
    EXPECT_EQ(missing[0], "error");
    EXPECT_EQ(missing[1], "other");
    EXPECT_THAT(missing[2], testing::HasSubstr("remote-not"));
}

TEST_F(ServedCommunicator, ServesSeveralClientsInTurn) {
    AskingClient first(socket);
    AskingClient second(socket);
    second.send({"exec", "echo second", ""});
    first.send({"exec", "echo first", ""});
    EXPECT_THAT(first.receive(), ElementsAre("ok", "0", "first\n", ""));
    EXPECT_THAT(second.receive(), ElementsAre("ok", "0", "second\n", ""));
}

TEST_F(ServedCommunicator, RefusesNonsenseAndLivesOn) {
    AskingClient client(socket);
    EXPECT_THAT(
        client.ask({"dance", "a", "b"}),
        ElementsAre("error", "other", "there is no request \"dance\"")
    );
    client.send_raw(AskingClient::number(4'000'000'000));
    EXPECT_TRUE(client.receive().empty());
    AskingClient half(socket);
    half.send_raw(AskingClient::number(3) + AskingClient::number(100) + "exec");
    half.hang_up();
    AskingClient next(socket);
    EXPECT_THAT(next.ask({"exec", "echo here", ""}), ElementsAre("ok", "0", "here\n", ""));
}

TEST_F(ServedCommunicator, StopsTheCommandOfWhoHungUp) {
    AskingClient client(socket);
    start_sleep(client);
    client.hang_up();
    AskingClient next(socket);
    EXPECT_THAT(next.ask({"exec", "echo free", ""}), ElementsAre("ok", "0", "free\n", ""));
}

TEST_F(ServedCommunicator, EndsWithItsCommandAndHangsUp) {
    AskingClient client(socket);
    start_sleep(client);
    server.reset();
    const std::vector<std::string> last = client.receive();
    EXPECT_TRUE(last.empty() || last[0] == "error");
    EXPECT_TRUE(client.receive().empty());
}

TEST_F(ServedCommunicator, NamesASocketThatIsTooLong) {
    const std::string name = folder.path() / std::string(120, 'x');
    EXPECT_THROW(CommunicatorServer(communicator, name), Error);
}

}  // namespace
}  // namespace kiln::exec
