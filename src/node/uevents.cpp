#include "node/uevents.hpp"

#include <array>
#include <linux/netlink.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <thread>

namespace kiln::node {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kQuiet = std::chrono::seconds(2);  // one device makes a burst of messages
constexpr unsigned kKernelGroup = 1;              // 2 is udev's

/// "add@/devices/...\0ACTION=add\0SUBSYSTEM=net\0...".
bool concerns_us(std::string_view message) {
    return message.find(std::string_view("\0SUBSYSTEM=net\0", 15)) != std::string_view::npos ||
           message.find(std::string_view("\0SUBSYSTEM=pci\0", 15)) != std::string_view::npos;
}

}  // namespace

DeviceEvents::DeviceEvents()
    : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)) {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = kKernelGroup;
    if (socket_ &&
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        socket_.reset();
    }
}

bool DeviceEvents::wait(std::chrono::milliseconds limit) {
    if (!socket_) {
        std::this_thread::sleep_for(limit);
        return false;
    }
    auto end = Clock::now() + limit;
    bool seen = false;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        pollfd one{socket_.get(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) <= 0) {
            return seen;
        }
        std::array<char, 8192> buffer{};
        const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (size > 0 &&
            concerns_us(std::string_view(buffer.data(), static_cast<std::size_t>(size)))) {
            seen = true;
            end = Clock::now() + kQuiet;
        }
    }
}

}  // namespace kiln::node
