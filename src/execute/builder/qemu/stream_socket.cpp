#include "execute/builder/qemu/stream_socket.hpp"

#include "base/error.hpp"
#include "execute/stop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <utility>

namespace kiln::exec::qemu {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often a wait looks for a stop.
constexpr milliseconds kLook{100};

}  // namespace

StreamSocket::StreamSocket(sys::UniqueFd fd, std::string peer)
    : fd_(std::move(fd)), peer_(std::move(peer)) {}

void StreamSocket::write(std::string_view bytes, const std::stop_token& stop) {
    while (!bytes.empty()) {
        throw_if_stopped(stop);
        const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            throw Error(ErrorKind::network, "writing to " + peer_ + ": " + std::strerror(errno));
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

void StreamSocket::receive(steady_clock::time_point deadline, const std::stop_token& stop) {
    while (true) {
        throw_if_stopped(stop);
        if (steady_clock::now() >= deadline) {
            throw Error(ErrorKind::timeout, peer_ + " does not answer");
        }
        pollfd polled{fd_.get(), POLLIN, 0};
        if (::poll(&polled, 1, static_cast<int>(kLook.count())) <= 0) {
            continue;
        }
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (count > 0) {
            received_.append(buffer.data(), static_cast<std::size_t>(count));
            return;
        }
        if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
            throw Error(ErrorKind::network, peer_ + " has closed the connection");
        }
    }
}

std::string StreamSocket::read(
    std::size_t count, milliseconds timeout, const std::stop_token& stop
) {
    const auto deadline = steady_clock::now() + timeout;
    while (received_.size() < count) {
        receive(deadline, stop);
    }
    std::string bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
}

std::string StreamSocket::read_line(milliseconds timeout, const std::stop_token& stop) {
    const auto deadline = steady_clock::now() + timeout;
    std::size_t end = 0;
    while ((end = received_.find('\n')) == std::string::npos) {
        receive(deadline, stop);
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

void StreamSocket::drain() {
    received_.clear();
    std::array<char, 65536> buffer{};
    while (::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
}

pid_t StreamSocket::peer_process() const {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        throw system_error("asking who is behind " + peer_, errno);
    }
    return peer.pid;
}

sys::UniqueFd connect_to_path(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path) {
        throw Error(
            ErrorKind::input, text + " is too long for the name of a socket (107 bytes at most)"
        )
            .set_hint("set TMPDIR to a shorter path");
    }
    std::copy(text.begin(), text.end(), static_cast<char*>(address.sun_path));
    sys::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) {
        throw system_error("making a socket", errno);
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) {
            return {};
        }
        throw system_error("connecting to " + text, errno);
    }
    return fd;
}

}  // namespace kiln::exec::qemu
