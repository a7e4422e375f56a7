#include "node/write_combining.hpp"

#include "base/strings.hpp"
#include "node/kernel_log.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

namespace kiln::node {

namespace {

// Of debugfs, on x86 only (Documentation/x86/pat.rst).
constexpr const char* kMemoryTypes = "/sys/kernel/debug/x86/pat_memtype_list";
constexpr const char* kModuleOptions = "/etc/modprobe.d";

// Of a line in a device's `resource` file (include/linux/ioport.h).
constexpr std::uint64_t kMemoryFlag = 0x200;
constexpr std::uint64_t kPrefetchFlag = 0x2000;

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// The numbers in hexadecimal that stand in `line` as 0x...
std::vector<std::uint64_t> hex_numbers(const std::string& line) {
    std::vector<std::uint64_t> numbers;
    for (std::size_t at = line.find("0x"); at != std::string::npos; at = line.find("0x", at + 2)) {
        numbers.push_back(std::strtoull(line.c_str() + at, nullptr, 16));
    }
    return numbers;
}

std::vector<Range> prefetchable_memory(const NodeTree& tree, const std::string& address) {
    std::vector<Range> ranges;
    const std::string text = tree.read(kPciFolder + "/" + address + "/resource").value_or("");
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::uint64_t> numbers = hex_numbers(line);
        constexpr std::uint64_t kWanted = kMemoryFlag | kPrefetchFlag;
        if (numbers.size() == 3 && (numbers[2] & kWanted) == kWanted) {
            ranges.push_back({numbers[0], numbers[1]});
        }
    }
    return ranges;
}

/// How the kernel maps that memory at the moment; nothing while no application has it.
std::optional<std::string> mapped_type(const NodeTree& tree, const std::vector<Range>& ranges) {
    const std::string text = tree.read(kMemoryTypes).value_or("");
    std::optional<std::string> type;
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::uint64_t> numbers = hex_numbers(line);
        const bool is_ours = numbers.size() == 2 &&
                             std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
                                 return numbers[0] >= range.first && numbers[0] <= range.last;
                             });
        if (is_ours) {
            type =
                line.find("write-combining") != std::string::npos ? "write-combining" : "uncached";
            if (*type == "write-combining") {
                break;
            }
        }
    }
    return type;
}

bool option_is_set(const NodeTree& tree) {
    for (const std::string& name : tree.list(kModuleOptions)) {
        const std::string text = tree.read(std::string(kModuleOptions) + "/" + name).value_or("");
        for (const std::string& line : split(text, '\n')) {
            if (trim(line).starts_with("options igb_uio") &&
                line.find("wc_activate=1") != std::string::npos) {
                return true;
            }
        }
    }
    return false;
}

bool driver_said_so(const NodeTree& tree) {
    const std::vector<std::string> log = read_kernel_log(tree);
    return std::any_of(log.begin(), log.end(), [](const std::string& message) {
        return message.find("wc_activate is set") != std::string::npos;
    });
}

}  // namespace

WriteCombining write_combining(
    const NodeTree& tree, const std::string& pci_address, const std::string& driver
) {
    if (const auto type = mapped_type(tree, prefetchable_memory(tree, pci_address))) {
        return {*type == "write-combining", "mapped " + *type, kMemoryTypes};
    }
    if (driver != "igb_uio") {
        return {
            false,
            driver +
                " maps ENA's memory without write combining unless its module was patched; on "
                "instances of the sixth generation and later that costs most of the packet "
                "rate",
            kMemoryTypes};
    }
    if (driver_said_so(tree)) {
        return {true, "igb_uio: wc_activate is set", "/dev/kmsg"};
    }
    if (option_is_set(tree)) {
        return {true, "wc_activate=1", kModuleOptions};
    }
    return {false, "igb_uio maps without write combining: set wc_activate=1", kModuleOptions};
}

}  // namespace kiln::node
