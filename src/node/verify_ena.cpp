#include "base/strings.hpp"
#include "node/device_statistics.hpp"
#include "node/kernel_log.hpp"
#include "node/verify.hpp"

#include <algorithm>

// Amazon's network adapter, where the kernel drives it: what the instance's size takes away, and
// how packets get into the device. Names are those of amzn-drivers' ena (ENA_Linux_Best_Practices,
// "Statistics" and "Large LLQ").

namespace kiln::node {

namespace {

constexpr const char* kLargeHeader = "/sys/module/ena/parameters/force_large_llq_header";

std::string limits_text(const DeviceStatistics& statistics) {
    std::vector<std::string> over;
    for (const auto& [name, count] : statistics) {
        if (name.ends_with("_allowance_exceeded") && count > 0) {
            over.push_back(name + " " + std::to_string(count));
        }
    }
    return over.empty() ? "no allowance exceeded" : join(over, ", ");
}

void check_limits(
    const NodeTree& tree,
    const std::string& address,
    const ReadDeviceStatistics& statistics_of,
    Checks& checks
) {
    const std::string folder = kPciFolder + "/" + address + "/net";
    for (const std::string& interface : tree.list(folder)) {
        const DeviceStatistics statistics = statistics_of(interface);
        if (!statistics.empty()) {
            checks.info(
                "ena.limits." + interface,
                "ethtool -S " + interface,
                limits_text(statistics) + " (the instance's limits, not tuning)"
            );
        }
    }
}

// LLQ puts descriptors and headers into the device itself. A device without it, or a BAR that could
// not be mapped, leaves the slower placement in host memory; the driver says so once.
void check_llq(
    const std::string& address, const std::vector<std::string>& kernel_log, Checks& checks
) {
    const auto refused =
        std::find_if(kernel_log.begin(), kernel_log.end(), [&](const std::string& message) {
            return message.find("ena " + address) != std::string::npos &&
                   message.find("host mode") != std::string::npos;
        });
    checks.expect(
        refused == kernel_log.end(),
        CheckStatus::warn,
        "ena.llq." + address,
        "/dev/kmsg",
        refused == kernel_log.end() ? "no fallback to host memory" : *refused,
        "descriptors in the device's memory (LLQ)",
        "an instance type of Nitro, and the newest ena driver"
    );
}

}  // namespace

void check_ena(const NodeTree& tree, const ReadDeviceStatistics& statistics_of, Checks& checks) {
    bool any = false;
    std::vector<std::string> kernel_log;
    for (const std::string& address : tree.list(kPciFolder)) {
        if (tree.link_name(kPciFolder + "/" + address + "/driver") != "ena") {
            continue;
        }
        if (!any) {
            kernel_log = read_kernel_log(tree);
        }
        any = true;
        check_llq(address, kernel_log, checks);
        check_limits(tree, address, statistics_of, checks);
    }
    if (any && tree.exists(kLargeHeader)) {
        const std::string value = tree.read_line(kLargeHeader);
        checks.info(
            "ena.large_llq",
            kLargeHeader,
            value == "1"   ? "headers up to 224 bytes, and half as many transmit descriptors"
            : value == "0" ? "headers up to 96 bytes"
                           : "as the device recommends"
        );
    }
}

}  // namespace kiln::node
