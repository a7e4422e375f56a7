#pragma once

#include "execute/builder/qemu/stream_socket.hpp"

#include <chrono>
#include <map>
#include <stop_token>
#include <string>

namespace kiln::exec::qemu {

/// QEMU's control protocol (QEMU Machine Protocol specification): one question, one answer; events
/// that come in between are passed over.
class QmpClient {
public:
    /// Over a connected socket; greets.
    QmpClient(sys::UniqueFd fd, const std::stop_token& stop);

    /// The text of the `return` member as JSON. `arguments` is a JSON object, or "". Throws
    /// Error{command} with what QEMU says of a command that it refuses.
    std::string ask(
        const std::string& command, const std::string& arguments, const std::stop_token& stop
    );
    pid_t process() const { return socket_.peer_process(); }

private:
    StreamSocket socket_;
};

}  // namespace kiln::exec::qemu
