#include "node/capture.hpp"

#include "base/strings.hpp"
#include "node/instance_metadata.hpp"
#include "node/tar_writer.hpp"

#include <system_error>

// Links are kept as links and followed within the tree, so that the archive has each file once, at
// its real place: /sys/bus/pci/devices/X is a link into /sys/devices.

namespace kiln::node {

namespace {

constexpr int kMostFollowed = 32;
constexpr std::size_t kMostFileBytes = std::size_t{4} << 20;

/// Patterns by path component, as glob_match reads them. The last component may be a link, which
/// is then kept and not followed.
constexpr const char* kCaptured[] = {
    "/etc/os-release",
    "/usr/lib/os-release",
    "/etc/system-release-cpe",
    "/etc/default/grub",
    "/etc/default/irqbalance",
    "/etc/sysconfig/irqbalance",
    "/etc/tuned/active_profile",
    "/etc/driverctl.d/*",
    "/boot/loader/entries/*.conf",
    "/boot/config-*",
    "/proc/cmdline",
    "/proc/cpuinfo",
    "/proc/interrupts",
    "/proc/irq/default_smp_affinity",
    "/proc/irq/*/smp_affinity_list",
    "/proc/irq/*/effective_affinity_list",
    "/proc/meminfo",
    "/proc/modules",
    "/proc/mounts",
    "/proc/self/mounts",
    "/proc/net/route",
    "/proc/net/ipv6_route",
    "/proc/sys/fs/inotify/*",
    "/proc/sys/kernel/*",
    "/proc/sys/kernel/random/boot_id",
    "/proc/sys/net/core/*",
    "/proc/sys/net/ipv4/udp_mem",
    "/proc/sys/vm/*",
    "/run/kiln-node/interfaces/*",
    "/sys/bus/pci/devices/*/class",
    "/sys/bus/pci/devices/*/device",
    "/sys/bus/pci/devices/*/driver",
    "/sys/bus/pci/devices/*/driver_override",
    "/sys/bus/pci/devices/*/iommu_group",
    "/sys/bus/pci/devices/*/numa_node",
    "/sys/bus/pci/devices/*/physfn",
    "/sys/bus/pci/devices/*/sriov_numvfs",
    "/sys/bus/pci/devices/*/sriov_totalvfs",
    "/sys/bus/pci/devices/*/subsystem_device",
    "/sys/bus/pci/devices/*/subsystem_vendor",
    "/sys/bus/pci/devices/*/vendor",
    "/sys/class/dmi/id/product_name",
    "/sys/class/dmi/id/sys_vendor",
    "/sys/class/dmi/id/board_asset_tag",
    "/sys/class/iommu/*",
    "/sys/class/net/*/address",
    "/sys/class/net/*/device",
    "/sys/class/net/*/lower_*",
    "/sys/class/net/*/master",
    "/sys/class/net/*/operstate",
    "/sys/class/net/*/upper_*",
    "/sys/devices/system/cpu/*",
    "/sys/devices/system/cpu/cpu*/online",
    "/sys/devices/system/cpu/cpu*/topology/*",
    "/sys/devices/system/cpu/smt/*",
    "/sys/devices/system/memory/block_size_bytes",
    "/sys/devices/system/node/*",
    "/sys/devices/system/node/node*/*",
    "/sys/devices/system/node/node*/hugepages/*/*",
    "/sys/devices/virtual/workqueue/cpumask*",
    "/sys/devices/virtual/workqueue/*/cpumask",
    "/sys/fs/cgroup/cgroup.controllers",
    "/sys/fs/cgroup/cpuset/cpuset.cpus",
    "/sys/kernel/iommu_groups/*/devices/*",
    "/sys/kernel/iommu_groups/*/type",
    "/sys/kernel/mm/hugepages/*/*",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/security/lockdown",
    "/sys/module/*/parameters/*",
};

/// Settings of the kernel that identify a machine or a random stream.
constexpr const char* kLeftOut[] = {
    "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname", "/proc/sys/kernel/ns_last_pid"};

class Capture {
public:
    explicit Capture(const NodeTree& tree) : tree_(tree) {}

    void add(const std::string& pattern) {
        std::vector<std::string> parts = split(pattern, '/');
        parts.erase(parts.begin());
        walk("", parts, 0, 0);
    }

    TarWriter& tar() { return tar_; }

private:
    void walk(
        const std::string& folder, const std::vector<std::string>& parts, std::size_t at, int links
    ) {
        if (parts[at].find('*') == std::string::npos) {
            step(folder + "/" + parts[at], parts, at, links);
            return;
        }
        for (const std::string& name : tree_.list(folder)) {
            if (glob_match(parts[at], name)) {
                step(folder + "/" + name, parts, at, links);
            }
        }
    }

    void step(
        const std::string& path, const std::vector<std::string>& parts, std::size_t at, int links
    ) {
        std::error_code problem;
        const auto target = std::filesystem::read_symlink(tree_.at(path), problem);
        if (!problem) {
            tar_.add_link(path.substr(1), target);
            if (at + 1 < parts.size() && links < kMostFollowed) {
                const std::filesystem::path place =
                    std::filesystem::path(path).parent_path() / target;
                walk(place.lexically_normal(), parts, at + 1, links + 1);
            }
            return;
        }
        if (at + 1 < parts.size()) {
            walk(path, parts, at + 1, links);
        } else {
            add_file(path);
        }
    }

    void add_file(const std::string& path) {
        for (const char* left_out : kLeftOut) {
            if (path == left_out) {
                return;
            }
        }
        std::error_code problem;
        if (!std::filesystem::is_regular_file(tree_.at(path), problem)) {
            return;
        }
        const auto text = tree_.read(path);
        if (text && text->size() <= kMostFileBytes) {
            tar_.add_file(path.substr(1), *text);
        }
    }

    const NodeTree& tree_;
    TarWriter tar_;
};

}  // namespace

std::string capture_tree(const NodeTree& tree, const NodeFacts& facts) {
    Capture capture(tree);
    for (const char* pattern : kCaptured) {
        capture.add(pattern);
    }
    // What no file tells.
    capture.tar().add_file("kiln-node/architecture", facts.kernel.architecture + "\n");
    capture.tar().add_file("kiln-node/instance.json", print_instance_json(facts.instance));
    return capture.tar().finish();
}

}  // namespace kiln::node
