#include "execute/communicator/ssh/tcp_connect.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/tcp.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace kiln::exec {

namespace {

using std::chrono::steady_clock;
using sys::UniqueFd;

/// Waits until `fd` is ready for `events`, and looks at the stop token meanwhile.
void wait_ready(
    int fd,
    short events,
    steady_clock::time_point deadline,
    const std::stop_token& stop,
    const std::string& doing
) {
    constexpr int kLookMs = 100;
    for (;;) {
        if (stop.stop_requested()) {
            throw Error(ErrorKind::interrupted, "interrupted while " + doing);
        }
        if (steady_clock::now() >= deadline) {
            throw Error(ErrorKind::timeout, doing + ": no answer in time");
        }
        pollfd waiting{fd, events, 0};
        if (::poll(&waiting, 1, kLookMs) > 0) {
            return;
        }
    }
}

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

void set_option(int fd, int level, int name, int value) {
    // A kernel that does not know one of these serves without it.
    static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

UniqueFd connect_to(
    const addrinfo& address,
    steady_clock::time_point deadline,
    const std::stop_token& stop,
    const std::string& doing
) {
    UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        throw system_error(doing, errno);
    }
    int problem = ::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) {
        wait_ready(fd.get(), POLLOUT, deadline, stop, doing);
        socklen_t size = sizeof problem;
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
    }
    if (problem != 0) {
        throw Error(ErrorKind::network, doing + ": " + std::strerror(problem));
    }
    constexpr int kIdleSeconds = 5;
    constexpr int kUnansweredMs = 60'000;
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
    set_option(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, kIdleSeconds);
    set_option(fd.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUnansweredMs);
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/// Bytes to and from a proxy.
class Conversation {
public:
    Conversation(
        int fd,
        steady_clock::time_point deadline,
        const std::stop_token& stop,
        const std::string& doing
    )
        : fd_(fd), deadline_(deadline), stop_(stop), doing_(doing) {}

    void send(std::string bytes) const {
        if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(bytes.size())) {
            throw Error(ErrorKind::network, doing_ + ": the proxy closed the connection");
        }
    }
    std::string receive(std::size_t size) const {
        std::string bytes(size, '\0');
        std::size_t got = 0;
        while (got < size) {
            wait_ready(fd_, POLLIN, deadline_, stop_, doing_);
            const ssize_t count = ::recv(fd_, bytes.data() + got, size - got, 0);
            if (count <= 0) {
                throw Error(ErrorKind::network, doing_ + ": the proxy closed the connection");
            }
            got += static_cast<std::size_t>(count);
        }
        return bytes;
    }
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::network, doing_ + ": the proxy refuses: " + why);
    }

private:
    int fd_;
    steady_clock::time_point deadline_;
    const std::stop_token& stop_;
    const std::string& doing_;
};

std::string with_length(const std::string& text) {
    return static_cast<char>(text.size()) + text;
}

// RFC 1928, section 6.
constexpr std::array kSocksReplies = {
    "succeeded",
    "general failure",
    "not allowed by its rules",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "TTL expired",
    "command not supported",
    "address type not supported"};

void log_in(const Conversation& proxy, const SshProxy& options) {
    using namespace std::string_literals;
    const bool with_password = !options.username.empty();
    proxy.send(with_password ? "\x05\x02\x00\x02"s : "\x05\x01\x00"s);
    const char method = proxy.receive(2)[1];
    if (method == '\x02' && with_password) {
        proxy.send(
            "\x01"s + with_length(options.username) + with_length(options.password.reveal())
        );
        if (proxy.receive(2)[1] != '\0') {
            proxy.refuse("the user name or the password is wrong");
        }
    } else if (method != '\0') {
        proxy.refuse("it wants another way to log in");
    }
}

void ask_for(const Conversation& proxy, const std::string& host, int port) {
    using namespace std::string_literals;
    const char port_bytes[] = {static_cast<char>(port >> 8), static_cast<char>(port & 0xFF)};
    proxy.send("\x05\x01\x00\x03"s + with_length(host) + std::string(port_bytes, 2));
    const std::string head = proxy.receive(4);
    const auto reply = static_cast<unsigned char>(head[1]);
    if (reply != 0) {
        proxy.refuse(reply < kSocksReplies.size() ? kSocksReplies[reply] : "unknown reply");
    }
    // The address that the proxy bound is of no use to us and must be read past.
    constexpr std::size_t kV4 = 4;
    constexpr std::size_t kV6 = 16;
    const std::size_t size =
        head[3] == '\x01' ? kV4
        : head[3] == '\x04'
            ? kV6
            : static_cast<std::size_t>(static_cast<unsigned char>(proxy.receive(1)[0]));
    proxy.receive(size + 2);
}

}  // namespace

UniqueFd tcp_connect(
    const std::string& host,
    int port,
    std::chrono::milliseconds timeout,
    const std::stop_token& stop
) {
    const std::string doing = "connecting to " + host + " port " + std::to_string(port);
    const auto deadline = steady_clock::now() + timeout;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (code != 0) {
        throw Error(ErrorKind::network, doing + ": " + ::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    for (const addrinfo* address = found;; address = address->ai_next) {
        try {
            return connect_to(*address, deadline, stop, doing);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::network || address->ai_next == nullptr) {
                throw;
            }
        }
    }
}

UniqueFd socks_connect(
    const SshProxy& proxy,
    const std::string& host,
    int port,
    std::chrono::milliseconds timeout,
    const std::stop_token& stop
) {
    constexpr std::size_t kLongestField = 255;
    if (std::max({host.size(), proxy.username.size(), proxy.password.reveal().size()}) >
        kLongestField) {
        throw Error(ErrorKind::input, "SOCKS5 carries names and passwords of up to 255 bytes");
    }
    const std::string doing = "connecting to " + host + " port " + std::to_string(port) +
                              " through the proxy " + proxy.host;
    const auto deadline = steady_clock::now() + timeout;
    UniqueFd fd = tcp_connect(proxy.host, proxy.port, timeout, stop);
    const Conversation conversation(fd.get(), deadline, stop, doing);
    log_in(conversation, proxy);
    ask_for(conversation, host, port);
    return fd;
}

}  // namespace kiln::exec
