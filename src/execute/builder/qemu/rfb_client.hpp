#pragma once

#include "base/secret.hpp"
#include "execute/builder/qemu/stream_socket.hpp"

#include <cstdint>
#include <stop_token>
#include <string>

namespace kiln::exec::qemu {

/// A screen over RFB 3.8 (RFC 6143), of which only the keyboard is used.
class RfbClient {
public:
    /// Over a connected socket; shakes hands. `password` is used where the server asks for one
    /// (VNC authentication, RFC 6143 7.2.2). Error{permission} when it is refused.
    RfbClient(sys::UniqueFd fd, const Secret& password, const std::stop_token& stop);

    /// KeyEvent (7.5.4).
    void send_key(std::uint32_t keysym, bool down, const std::stop_token& stop);

private:
    void authenticate(const Secret& password, const std::stop_token& stop);
    std::string read_reason(const std::stop_token& stop);

    StreamSocket socket_;
};

/// The answer to a server's challenge of 16 bytes: it, enciphered with DES under the first eight
/// bytes of the password, the bits of each in reverse.
std::string vnc_response(const std::string& challenge, const Secret& password);

}  // namespace kiln::exec::qemu
