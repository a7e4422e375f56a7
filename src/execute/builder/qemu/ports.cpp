#include "execute/builder/qemu/ports.hpp"

#include "base/error.hpp"
#include "net/local_port.hpp"

#include <utility>

namespace kiln::exec::qemu {

PortRange::PortRange(std::string option, std::int64_t first, std::int64_t last)
    : option_(std::move(option)), first_(first), last_(last), at_(first) {}

int PortRange::next() {
    while (at_ <= last_) {
        const int port = static_cast<int>(at_++);
        if (net::free_local_port(port) != 0) {
            return port;
        }
    }
    throw Error(
        ErrorKind::input,
        "no port from " + std::to_string(first_) + " to " + std::to_string(last_) + " is free (" +
            option_ + ")"
    )
        .set_hint("end what uses them, or widen the range");
}

}  // namespace kiln::exec::qemu
