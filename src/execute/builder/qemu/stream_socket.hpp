#pragma once

#include "sys/unique_fd.hpp"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace kiln::exec::qemu {

/// A connected socket whose waits end with a stop and with a time. `peer` names the far end in
/// messages: "QEMU's control socket". Error{network} when it closes, Error{timeout},
/// Error{interrupted}.
class StreamSocket {
public:
    StreamSocket(sys::UniqueFd fd, std::string peer);

    void write(std::string_view bytes, const std::stop_token& stop);
    /// Exactly so many bytes.
    std::string read(
        std::size_t count, std::chrono::milliseconds timeout, const std::stop_token& stop
    );
    /// Up to a newline, which is left out.
    std::string read_line(std::chrono::milliseconds timeout, const std::stop_token& stop);
    /// What has come and is not read yet is dropped.
    void drain();
    /// The process at the far end of a local socket: the one that listens.
    pid_t peer_process() const;

private:
    void receive(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);

    sys::UniqueFd fd_;
    std::string peer_;
    std::string received_;
};

/// A connection to a local socket; an empty descriptor while nobody listens there.
sys::UniqueFd connect_to_path(const std::filesystem::path& path);

}  // namespace kiln::exec::qemu
