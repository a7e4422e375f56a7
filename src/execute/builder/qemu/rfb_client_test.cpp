#include "execute/builder/qemu/rfb_client.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>

namespace kiln::exec::qemu {
namespace {

/// A server that says what it is told to and keeps what it hears.
class ScriptedScreen {
public:
    explicit ScriptedScreen(std::string says) : says_(std::move(says)) {
        int ends[2] = {};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        client_.reset(ends[0]);
        server_.reset(ends[1]);
        EXPECT_EQ(
            ::send(server_.get(), says_.data(), says_.size(), 0), static_cast<ssize_t>(says_.size())
        );
    }
    sys::UniqueFd client() { return std::move(client_); }
    std::string heard() {
        std::string text(4096, '\0');
        const ssize_t count = ::recv(server_.get(), text.data(), text.size(), MSG_DONTWAIT);
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    }

private:
    std::string says_;
    sys::UniqueFd client_;
    sys::UniqueFd server_;
};

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) {
        text += static_cast<char>(value);
    }
    return text;
}

const std::string kOk = bytes({0, 0, 0, 0});
// 640 x 480, a pixel format, and the name "vm".
const std::string kServerInit =
    bytes({2, 128, 1, 224}) + std::string(16, '\0') + bytes({0, 0, 0, 2}) + "vm";

TEST(RfbClient, ShakesHandsAndTypes) {
    ScriptedScreen screen("RFB 003.008\n" + bytes({1, 1}) + kOk + kServerInit);
    RfbClient client(screen.client(), Secret(), {});
    client.send_key(0xff0d, true, {});
    client.send_key(0xff0d, false, {});
    EXPECT_EQ(
        screen.heard(),
        "RFB 003.008\n" + bytes({1, 1}) + bytes({4, 1, 0, 0, 0, 0, 0xff, 0x0d}) +
            bytes({4, 0, 0, 0, 0, 0, 0xff, 0x0d})
    );
}

// The answer was made with another implementation: openssl des-ecb with the reversed key.
TEST(RfbClient, EnciphersTheChallenge) {
    EXPECT_EQ(
        to_hex(vnc_response("0123456789abcdef", Secret("secret"))),
        "752440ee2bfcc2a0d9013fd20371e23b"
    );
}

TEST(RfbClient, AnswersAChallenge) {
    const std::string challenge = "0123456789abcdef";
    ScriptedScreen screen("RFB 003.008\n" + bytes({1, 2}) + challenge + kOk + kServerInit);
    const RfbClient client(screen.client(), Secret("secret"), {});
    EXPECT_EQ(
        screen.heard(),
        "RFB 003.008\n" + bytes({2}) + vnc_response(challenge, Secret("secret")) + bytes({1})
    );
}

TEST(RfbClient, TellsThatThePasswordIsRefused) {
    ScriptedScreen screen(
        "RFB 003.008\n" + bytes({1, 2}) + "0123456789abcdef" + bytes({0, 0, 0, 1, 0, 0, 0, 2}) +
        "no"
    );
    try {
        const RfbClient client(screen.client(), Secret("wrong"), {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::permission);
        EXPECT_EQ(error.message(), "the machine's screen refuses the password: no");
    }
}

TEST(RfbClient, NoticesThatItIsNoScreen) {
    ScriptedScreen screen("SSH-2.0-OpenSSH_9.2\r\n");
    EXPECT_THROW(RfbClient(screen.client(), Secret(), {}), Error);
}

}  // namespace
}  // namespace kiln::exec::qemu
