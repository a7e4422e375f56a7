#pragma once

#include "net/http.hpp"
#include "sys/unique_fd.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace kiln::net::testing {

/// What the server saw of one request. `url` is the path with its query.
struct SeenRequest {
    HttpRequest request;
    int connection = 0;  ///< counts from 0: two requests with the same one shared it
};

/// A real HTTP/1.1 server on 127.0.0.1, for tests. It answers what `answer` says, one connection at
/// a time for each client; no answer closes the connection, as a dying server would.
class LoopbackServer {
public:
    using Answer = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

    explicit LoopbackServer(Answer answer);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    /// "http://127.0.0.1:PORT", without a slash at the end.
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::vector<SeenRequest> seen() const;

private:
    void serve();
    void serve_connection(int connection, int number);

    Answer answer_;
    sys::UniqueFd listener_;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::vector<SeenRequest> seen_;
    std::vector<int> open_;
    bool ending_ = false;
    std::vector<std::thread> workers_;
    std::thread acceptor_;
};

}  // namespace kiln::net::testing
