#pragma once

#include "sys/unique_fd.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace kiln::exec::qemu {

/// What the server gives out: a folder, or texts by path ("/preseed.cfg").
struct HttpContent {
    std::optional<std::filesystem::path> folder;
    std::map<std::string, std::string> texts;
};

/// What of a request's first line is used.
struct HttpQuestion {
    std::string method;
    std::string path;  ///< decoded, without the query; begins with "/"

    bool operator==(const HttpQuestion&) const = default;
};

/// Nothing when it is no request, or its path leads out of the folder. Pure.
std::optional<HttpQuestion> parse_http_question(std::string_view first_line);

/// GET and HEAD over HTTP/1.1, one request a connection: what an installer fetches its answers
/// with. (libmicrohttpd as Debian builds it brings GnuTLS along; for this that is too much.)
class HttpServer {
public:
    /// Listens on the first free port of the range; the socket is bound at once, so no one can take
    /// the port in between. Throws Error{input} when none is free.
    HttpServer(
        HttpContent content, const std::string& address, std::int64_t first, std::int64_t last
    );
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    int port() const { return port_; }

private:
    struct Connection {
        sys::UniqueFd fd;
        std::atomic<bool> done = false;
        std::jthread worker;  ///< joined first
    };
    void serve(const std::stop_token& stop);
    void answer(int connection) const;
    void reap();

    HttpContent content_;
    sys::UniqueFd listener_;
    int port_ = 0;
    std::list<Connection> connections_;
    std::jthread acceptor_;
};

}  // namespace kiln::exec::qemu
