#pragma once

#include "execute/communicator/communicator.hpp"
#include "sys/pipe.hpp"
#include "sys/unique_fd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace kiln::exec {

/// Lets programs of this host use a communicator: they connect to a Unix socket, and each asks for
/// one thing at a time. A message is a list of byte strings: their number, then each with its
/// length before it; numbers are 32 bits, the highest byte first.
///
///     exec COMMAND INPUT     runs COMMAND, which reads INPUT    ok CODE OUT ERR
///     put LOCAL REMOTE       copies a file to the machine       ok
///     fetch REMOTE LOCAL     copies a file from the machine     ok
///     anything that fails                                       error KIND MESSAGE
///
/// KIND is "network" when the machine is out of reach, else "other".
/// The communicator must outlive the object and is not to be used by others while it lives. Who
/// asked and hung up gets his command stopped.
class CommunicatorServer {
public:
    /// `socket` is a new name of at most kMaxSocketName bytes, in a folder that only this user may
    /// enter.
    CommunicatorServer(Communicator& communicator, const std::filesystem::path& socket);
    /// Stops what runs. The socket's name stays.
    ~CommunicatorServer();
    CommunicatorServer(const CommunicatorServer&) = delete;
    CommunicatorServer& operator=(const CommunicatorServer&) = delete;

    /// sockaddr_un has room for 108 with the final NUL.
    static constexpr std::size_t kMaxSocketName = 107;

private:
    using Message = std::vector<std::string>;

    void serve(const std::stop_token& stop);
    bool answer(int client, const std::stop_token& stop);
    std::optional<Message> read_message(int client) const;
    bool read_exactly(int client, char* data, std::size_t size) const;
    Message perform(const Message& request, const std::stop_token& stop);

    Communicator& communicator_;
    sys::UniqueFd listener_;
    sys::Pipe wake_;  ///< readable when the object ends
    std::jthread thread_;
};

}  // namespace kiln::exec
