#include "node/device_statistics.hpp"

#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cstring>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <vector>

namespace kiln::node {

namespace {

class Ethtool {
public:
    explicit Ethtool(const std::string& interface)
        : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        interface.copy(request_.ifr_name, IFNAMSIZ - 1);
    }

    /// `command` begins with its number, and takes the answer.
    bool ask(void* command) {
        request_.ifr_data = static_cast<char*>(command);
        return socket_ && ::ioctl(socket_.get(), SIOCETHTOOL, &request_) == 0;
    }

private:
    sys::UniqueFd socket_;
    ifreq request_{};
};

/// The kernel's structures end in an array whose length the answer before told; words keep the
/// alignment of its counters.
template <class Head>
std::vector<std::uint64_t> with_room(const Head& head, std::size_t more_bytes) {
    std::vector<std::uint64_t> words((sizeof head + more_bytes) / sizeof(std::uint64_t) + 1);
    std::memcpy(words.data(), &head, sizeof head);
    return words;
}

}  // namespace

DeviceStatistics read_device_statistics(const std::string& interface) {
    Ethtool device(interface);
    ethtool_drvinfo driver{};
    driver.cmd = ETHTOOL_GDRVINFO;
    if (!device.ask(&driver) || driver.n_stats == 0) {
        return {};
    }
    ethtool_gstrings names_head{};
    names_head.cmd = ETHTOOL_GSTRINGS;
    names_head.string_set = ETH_SS_STATS;
    names_head.len = driver.n_stats;
    auto names = with_room(names_head, std::size_t{driver.n_stats} * ETH_GSTRING_LEN);
    ethtool_stats counts_head{};
    counts_head.cmd = ETHTOOL_GSTATS;
    counts_head.n_stats = driver.n_stats;
    auto counts = with_room(counts_head, std::size_t{driver.n_stats} * sizeof(std::uint64_t));
    if (!device.ask(names.data()) || !device.ask(counts.data())) {
        return {};
    }
    // A driver whose queues changed meanwhile answers with another number than it was asked for.
    std::memcpy(&names_head, names.data(), sizeof names_head);
    std::memcpy(&counts_head, counts.data(), sizeof counts_head);
    const std::size_t known = std::min({names_head.len, counts_head.n_stats, driver.n_stats});
    const char* const name_bytes = static_cast<const char*>(static_cast<const void*>(names.data()));
    const char* const count_bytes =
        static_cast<const char*>(static_cast<const void*>(counts.data()));
    DeviceStatistics statistics;
    for (std::size_t i = 0; i < known; ++i) {
        const char* name = name_bytes + sizeof names_head + i * ETH_GSTRING_LEN;
        std::uint64_t count = 0;
        std::memcpy(&count, count_bytes + sizeof counts_head + i * sizeof count, sizeof count);
        statistics[std::string(name, ::strnlen(name, ETH_GSTRING_LEN))] = count;
    }
    return statistics;
}

}  // namespace kiln::node
