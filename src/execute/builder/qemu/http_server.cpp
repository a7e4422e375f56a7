#include "execute/builder/qemu/http_server.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace kiln::exec::qemu {

namespace {

constexpr int kLookMs = 100;
constexpr std::size_t kLongestHead = 16384;
// A client that falls silent does not hold its thread for ever.
constexpr timeval kSilence{30, 0};

std::optional<std::string> decoded(std::string_view path) {
    std::string result;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            result += path[i];
            continue;
        }
        if (i + 2 >= path.size() || !is_hex_digit(path[i + 1]) || !is_hex_digit(path[i + 2])) {
            return std::nullopt;
        }
        result += static_cast<char>(std::stoi(std::string(path.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return result;
}

sys::UniqueFd try_to_listen(const std::string& address, int port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1) {
        throw Error(ErrorKind::input, "http_bind_address \"" + address + "\" is no IPv4 address");
    }
    sys::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
        throw system_error("making a socket", errno);
    }
    constexpr int kBacklog = 64;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(fd.get(), kBacklog) != 0) {
        if (errno == EADDRINUSE || errno == EACCES) {
            return {};
        }
        throw system_error("listening on " + address, errno);
    }
    return fd;
}

bool send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string head_of(const std::string& status, std::int64_t length) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(length) +
           "\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n";
}

/// Up to the first empty line; what cannot be read ends it.
std::string read_head(int connection) {
    std::string text;
    std::array<char, 4096> buffer{};
    while (text.find("\r\n\r\n") == std::string::npos && text.size() < kLongestHead) {
        const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

void send_text(int connection, const HttpQuestion& question, const std::string& text) {
    if (send_all(connection, head_of("200 OK", static_cast<std::int64_t>(text.size()))) &&
        question.method == "GET") {
        send_all(connection, text);
    }
}

/// False when there is no such file.
bool send_file(int connection, const HttpQuestion& question, std::filesystem::path file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
        file /= "index.html";
    }
    const sys::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    if (!send_all(connection, head_of("200 OK", status.st_size)) || question.method != "GET") {
        return true;
    }
    off_t at = 0;
    while (at < status.st_size) {
        const ssize_t count =
            ::sendfile(connection, fd.get(), &at, static_cast<std::size_t>(status.st_size - at));
        if (count <= 0) {
            break;
        }
    }
    return true;
}

}  // namespace

std::optional<HttpQuestion> parse_http_question(std::string_view first_line) {
    const std::vector<std::string> words = split(trim(first_line), ' ');
    if (words.size() != 3 || !words[2].starts_with("HTTP/1.") || !words[1].starts_with('/')) {
        return std::nullopt;
    }
    const std::string target = words[1].substr(0, words[1].find_first_of("?#"));
    const std::optional<std::string> path = decoded(target);
    if (!path || path->find('\0') != std::string::npos) {
        return std::nullopt;
    }
    for (const std::string& part : split(*path, '/')) {
        if (part == "..") {
            return std::nullopt;
        }
    }
    return HttpQuestion{words[0], *path};
}

HttpServer::HttpServer(
    HttpContent content, const std::string& address, std::int64_t first, std::int64_t last
)
    : content_(std::move(content)) {
    for (std::int64_t port = first; port <= last && !listener_; ++port) {
        port_ = static_cast<int>(port);
        listener_ = try_to_listen(address, port_);
    }
    if (!listener_) {
        throw Error(
            ErrorKind::input,
            "no port from " + std::to_string(first) + " to " + std::to_string(last) +
                " is free (http_port_min to http_port_max)"
        )
            .set_hint("end what uses them, or widen the range");
    }
    acceptor_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

HttpServer::~HttpServer() {
    acceptor_.request_stop();
    acceptor_.join();
    for (Connection& connection : connections_) {
        ::shutdown(connection.fd.get(), SHUT_RDWR);
    }
    connections_.clear();
}

void HttpServer::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd polled{listener_.get(), POLLIN, 0};
        if (::poll(&polled, 1, kLookMs) <= 0) {
            reap();
            continue;
        }
        sys::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!fd) {
            continue;
        }
        ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kSilence, sizeof kSilence);
        ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kSilence, sizeof kSilence);
        reap();
        Connection& connection = connections_.emplace_back();
        connection.fd = std::move(fd);
        connection.worker = std::jthread([this, &connection] {
            answer(connection.fd.get());
            ::shutdown(connection.fd.get(), SHUT_WR);
            connection.done = true;
        });
    }
}

// Only the thread that accepts adds connections and takes them away.
void HttpServer::reap() {
    for (auto connection = connections_.begin(); connection != connections_.end();) {
        connection = connection->done ? connections_.erase(connection) : std::next(connection);
    }
}

void HttpServer::answer(int connection) const {
    const std::string head = read_head(connection);
    const std::optional<HttpQuestion> question =
        parse_http_question(std::string_view(head).substr(0, head.find('\n')));
    if (!question) {
        send_all(connection, head_of("400 Bad Request", 0));
        return;
    }
    if (question->method != "GET" && question->method != "HEAD") {
        send_all(connection, head_of("405 Method Not Allowed", 0));
        return;
    }
    const auto text = content_.texts.find(question->path);
    if (text != content_.texts.end()) {
        send_text(connection, *question, text->second);
    } else if (!content_.folder ||
               !send_file(connection, *question, *content_.folder / question->path.substr(1))) {
        send_all(connection, head_of("404 Not Found", 0));
    }
}

}  // namespace kiln::exec::qemu
