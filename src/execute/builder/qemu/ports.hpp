#pragma once

#include <cstdint>
#include <string>

namespace kiln::exec::qemu {

/// The ports from `first` to `last`, one after the other, those that are in use passed over. A port
/// may be taken between the look at it and its use: then the user asks for the next one.
class PortRange {
public:
    /// `option` names the range for people: "host_port_min to host_port_max".
    PortRange(std::string option, std::int64_t first, std::int64_t last);

    /// Throws Error{input} when none is left.
    int next();

private:
    std::string option_;
    std::int64_t first_;
    std::int64_t last_;
    std::int64_t at_;
};

}  // namespace kiln::exec::qemu
