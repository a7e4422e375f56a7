#include "net/testing/loopback_server.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "net/local_port.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace kiln::net::testing {

namespace {

/// Reads one request from `text`, which holds what was received so far; nothing when more must
/// come.
std::optional<HttpRequest> take_request(std::string& text) {
    const auto end_of_head = text.find("\r\n\r\n");
    if (end_of_head == std::string::npos) {
        return std::nullopt;
    }
    HttpRequest request;
    const std::vector<std::string> lines = split(text.substr(0, end_of_head), '\n');
    const std::vector<std::string> first = split(trim(lines.at(0)), ' ');
    request.method = first.at(0);
    request.url = first.at(1);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto colon = lines[i].find(':');
        request.headers.push_back(
            {lines[i].substr(0, colon), std::string(trim(lines[i].substr(colon + 1)))}
        );
    }
    const std::size_t length =
        std::stoul(find_header(request.headers, "Content-Length").value_or("0"));
    if (text.size() < end_of_head + 4 + length) {
        return std::nullopt;
    }
    request.body = text.substr(end_of_head + 4, length);
    text.erase(0, end_of_head + 4 + length);
    return request;
}

std::string wire_form(const HttpResponse& response) {
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Status\r\n";
    for (const Header& header : response.headers) {
        text += header.name + ": " + header.value + "\r\n";
    }
    text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
    return text + response.body;
}

}  // namespace

LoopbackServer::LoopbackServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = bind_to_loopback(0);
    if (!listener_ || listen(listener_.get(), 16) != 0) {
        throw system_error("listening on 127.0.0.1", errno);
    }
    port_ = port_of(listener_);
    acceptor_ = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        for (const int connection : open_) {
            shutdown(connection, SHUT_RDWR);
        }
    }
    shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& worker : workers_) {
        worker.join();
    }
}

std::vector<SeenRequest> LoopbackServer::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

void LoopbackServer::serve() {
    for (int number = 0;; ++number) {
        const int connection = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (ending_) {
            close(connection);
            return;
        }
        open_.push_back(connection);
        workers_.emplace_back([this, connection, number] { serve_connection(connection, number); });
    }
}

void LoopbackServer::serve_connection(int connection, int number) {
    std::string text;
    std::array<char, 4096> buffer{};
    bool alive = true;
    while (alive) {
        std::optional<HttpRequest> request = take_request(text);
        if (!request) {
            const ssize_t got = recv(connection, buffer.data(), buffer.size(), 0);
            alive = got > 0;
            text.append(buffer.data(), alive ? static_cast<std::size_t>(got) : 0);
            continue;
        }
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back({*request, number});
        }
        const std::optional<HttpResponse> response = answer_(*request);
        const std::string wire = response ? wire_form(*response) : "";
        alive = response && send(connection, wire.data(), wire.size(), MSG_NOSIGNAL) ==
                                static_cast<ssize_t>(wire.size());
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_, connection);
    close(connection);
}

}  // namespace kiln::net::testing
