#include "net/local_port.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace kiln::net {

namespace {

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words = split(line, ' ');
    std::erase_if(words, [](const std::string& word) { return word.empty(); });
    return words;
}

}  // namespace

sys::UniqueFd bind_to_loopback(int port) {
    sys::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const int on = 1;
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int reason = errno;
        socket.reset();
        errno = reason;
    }
    return socket;
}

int port_of(const sys::UniqueFd& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw system_error("asking for the port of a socket", errno);
    }
    return ntohs(address.sin_port);
}

int free_local_port(int wanted) {
    const sys::UniqueFd socket = bind_to_loopback(wanted);
    if (socket) {
        return port_of(socket);
    }
    if (errno == EADDRINUSE || errno == EACCES) {
        return 0;
    }
    throw system_error("looking for a free port", errno);
}

bool is_listened_to(std::string_view table, int port, unsigned uid) {
    // proc(5): numbers in hexadecimal, the address as the machine holds it in memory.
    constexpr const char* kListen = "0A";
    constexpr std::size_t kAddress = 1;
    constexpr std::size_t kState = 3;
    constexpr std::size_t kUid = 7;
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), ":%04X", static_cast<unsigned>(port));
    for (const std::string& line : split(table, '\n')) {
        const std::vector<std::string> words = words_of(line);
        if (words.size() > kUid && words[kState] == kListen && words[kUid] == std::to_string(uid) &&
            (words[kAddress] == std::string("0100007F") + text.data() ||
             words[kAddress] == std::string("00000000") + text.data())) {
            return true;
        }
    }
    return false;
}

}  // namespace kiln::net
