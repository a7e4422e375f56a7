#pragma once

#include "sys/unique_fd.hpp"

#include <chrono>

namespace kiln::node {

/// The kernel's own messages about devices that come and go (netlink, NETLINK_KOBJECT_UEVENT).
class DeviceEvents {
public:
    /// Without the right to listen (no root) only time passes.
    DeviceEvents();

    /// Returns after `limit`, or when network or PCI devices have come or gone and things have been
    /// quiet for a moment since. True for the latter.
    bool wait(std::chrono::milliseconds limit);

private:
    sys::UniqueFd socket_;
};

}  // namespace kiln::node
