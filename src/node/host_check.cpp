#include "node/host_check.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "node/cpu_list.hpp"
#include "node/kernel_arguments.hpp"
#include "node/number_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <sys/utsname.h>
#include <utility>
#include <vector>

// The rules and thresholds are those of host-check's checks in its order; see its source for why.

namespace kiln::node {

namespace {

using enum CheckStatus;

std::string kernel_release(const NodeTree& tree) {
    return tree.read_line("/proc/sys/kernel/osrelease");
}

/// Modules of any installed kernel count, as host-check looks through /lib/modules/*/modules.*.
bool is_installed(const NodeTree& tree, const std::string& module) {
    for (const std::string& kernel : tree.list("/lib/modules")) {
        for (const char* list : {"modules.dep", "modules.builtin"}) {
            const std::string text = tree.read("/lib/modules/" + kernel + "/" + list).value_or("");
            if (replace_all(text, "_", "-").find("/" + replace_all(module, "_", "-") + ".ko") !=
                std::string::npos) {
                return true;
            }
        }
    }
    return false;
}

bool is_loaded(const NodeTree& tree, const std::string& module) {
    return tree.exists("/sys/module/" + replace_all(module, "-", "_"));
}

bool is_amazon_linux(const NodeTree& tree) {
    return tree.read_line("/etc/system-release-cpe").find("o:amazon:amazon_linux") !=
           std::string::npos;
}

void check_architecture(const NodeTree& tree, Checks& checks) {
    std::string machine = tree.read_line("/proc/sys/kernel/arch");  // Linux 6.1
    if (machine.empty() && tree.is_live()) {
        utsname names{};
        ::uname(&names);
        machine = names.machine;
    }
    checks.expect(
        machine == "x86_64",
        fail,
        "host.architecture",
        "/proc/sys/kernel/arch",
        machine,
        "x86_64",
        "XRd runs on x86_64 only"
    );
}

void check_cores(const NodeTree& tree, Checks& checks) {
    const std::string path = "/sys/devices/system/cpu/online";
    const std::size_t cpus = parse_plain_cpu_list(tree.read_line(path)).value_or(CpuSet{}).size();
    checks.expect(
        cpus >= 2,
        fail,
        "host.cpu_cores",
        path,
        std::to_string(cpus),
        "at least 2",
        "take a larger machine"
    );
}

void check_kernel(const NodeTree& tree, Checks& checks) {
    const std::string release = kernel_release(tree);
    const std::vector<std::string> parts = split(release, '.');
    const std::int64_t major = leading_number(parts[0]);
    const std::int64_t minor = parts.size() > 1 ? leading_number(parts[1]) : 0;
    const bool broken =
        release.starts_with("4.18.0-240.") && release.find(".el8") != std::string::npos;
    checks.expect(
        (major > 4 || (major == 4 && minor >= 6)) && !broken,
        fail,
        "host.kernel",
        "/proc/sys/kernel/osrelease",
        release,
        "4.6 or later, not RHEL 8.3's",
        "update the kernel"
    );
    for (const char* module : {"dummy", "nf_tables"}) {
        checks.expect(
            is_installed(tree, module),
            fail,
            std::string("host.module.") + module,
            "/lib/modules/*/modules.dep",
            is_installed(tree, module) ? "installed" : "missing",
            "installed",
            "install the kernel's extra modules"
        );
    }
}

void check_cgroups(const NodeTree& tree, Checks& checks) {
    const bool v2 = !tree.read_line("/sys/fs/cgroup/cgroup.controllers").empty();
    bool v1 = true;
    for (const char* controller : {"systemd", "memory", "pids", "cpu", "cpuset"}) {
        v1 = v1 && tree.exists(std::string("/sys/fs/cgroup/") + controller);
    }
    checks.expect(
        v1 || v2,
        fail,
        "host.cgroups",
        "/sys/fs/cgroup",
        v2   ? "version 2"
        : v1 ? "version 1"
             : "",
        "version 2 with controllers, or all of version 1",
        "mount the cgroup file system"
    );
}

void check_inotify(const NodeTree& tree, Checks& checks) {
    for (const char* name : {"max_user_instances", "max_user_watches"}) {
        const std::string path = std::string("/proc/sys/fs/inotify/") + name;
        const std::int64_t value = leading_number(tree.read_line(path));
        checks.expect(
            value >= 64000,
            value < 4000 ? fail : warn,
            std::string("host.inotify.") + name,
            path,
            std::to_string(value),
            "at least 64000 (4000 an XRd)",
            std::string("sysctl fs.inotify.") + name + "=65536"
        );
    }
}

void check_sockets(const NodeTree& tree, Checks& checks) {
    constexpr std::array<std::pair<const char*, std::int64_t>, 6> kLeast = {{
        {"netdev_max_backlog", 300000},
        {"optmem_max", 67108864},
        {"rmem_default", 67108864},
        {"rmem_max", 67108864},
        {"wmem_default", 67108864},
        {"wmem_max", 67108864},
    }};
    for (const auto& [name, least] : kLeast) {
        const std::string path = std::string("/proc/sys/net/core/") + name;
        const std::int64_t value = leading_number(tree.read_line(path));
        checks.expect(
            value >= least,
            warn,
            std::string("host.socket.") + name,
            path,
            std::to_string(value),
            "at least " + std::to_string(least),
            std::string("sysctl net.core.") + name + "=" + std::to_string(least)
        );
    }
    const std::string path = "/proc/sys/net/ipv4/udp_mem";
    const std::vector<std::string> udp = split(replace_all(tree.read_line(path), "\t", " "), ' ');
    constexpr std::array<std::int64_t, 3> kUdp = {1124736, 10000000, 67108864};
    bool enough = udp.size() == kUdp.size();
    for (std::size_t i = 0; enough && i < kUdp.size(); ++i) {
        enough = leading_number(udp[i]) >= kUdp[i];
    }
    checks.expect(
        enough,
        warn,
        "host.udp_mem",
        path,
        join(udp, " "),
        "at least 1124736 10000000 67108864",
        "sysctl net.ipv4.udp_mem"
    );
}

void check_security(const NodeTree& tree, Checks& checks) {
    const std::string pattern = tree.read_line("/proc/sys/kernel/core_pattern");
    checks.info(
        "host.core_pattern",
        "/proc/sys/kernel/core_pattern",
        pattern.starts_with('|') ? "core files are handled by the host" : "core files are XR's"
    );
    const std::string aslr = tree.read_line("/proc/sys/kernel/randomize_va_space");
    checks.expect(
        aslr == "2",
        warn,
        "host.aslr",
        "/proc/sys/kernel/randomize_va_space",
        aslr,
        "2",
        "sysctl kernel.randomize_va_space=2"
    );
    const std::string path = "/sys/kernel/security/apparmor/profiles";
    const auto profiles = tree.read(path);
    const bool enabled = profiles && !profiles->empty();
    const bool has = enabled && profiles->find("xrd-unconfined") != std::string::npos;
    checks.expect(
        !enabled || has,
        fail,
        "host.apparmor",
        path,
        !enabled ? "off"
        : has    ? "xrd-unconfined is loaded"
                 : "on, without xrd-unconfined",
        "off, or with the profile xrd-unconfined",
        "load the profile xrd-unconfined"
    );
    if (tree.read("/etc/selinux/config").value_or("").find("SELINUX=enforcing") !=
        std::string::npos) {
        checks.info("host.selinux", "/etc/selinux/config", "enforcing");
    }
}

void check_module_parameters(const NodeTree& tree, Checks& checks) {
    const auto check =
        [&](const char* module, const char* name, const std::vector<std::string>& good) {
            const std::string path = std::string("/sys/module/") + module + "/parameters/" + name;
            const auto text = tree.read(path);
            if (!text) {
                return;  // not loaded, or a kernel without the parameter
            }
            const std::string value(trim(*text));
            checks.expect(
                std::find(good.begin(), good.end(), value) != good.end(),
                warn,
                std::string("host.parameter.") + name,
                path,
                value,
                join(good, " or "),
                std::string("remove the option of ") + module + " from modprobe.d"
            );
        };
    check("vfio_pci", "nointxmask", {"N"});
    check("vfio_pci", "disable_idle_d3", {"N"});
    check("vfio_pci", "enable_sriov", {"N"});
    check("igb_uio", "intr_mode", {"msix", "(null)"});
}

std::int64_t meminfo_kib(const NodeTree& tree, std::string_view key) {
    const std::string text = "\n" + tree.read("/proc/meminfo").value_or("");
    const std::size_t at = text.find("\n" + std::string(key) + ":");
    return at == std::string::npos
               ? 0
               : leading_number(trim(std::string_view(text).substr(at + key.size() + 2)));
}

void check_memory(const NodeTree& tree, HostCheckFor platform, Checks& checks) {
    const std::int64_t least = platform == HostCheckFor::xrd_vrouter ? 5 * kGiB : 2 * kGiB;
    const std::int64_t available = meminfo_kib(tree, "MemAvailable") * kKiB;
    checks.expect(
        available >= least,
        warn,
        "host.ram",
        "/proc/meminfo",
        format_bytes(available) + " available",
        "at least " + format_bytes(least),
        "plan fewer hugepages, or take a larger machine"
    );
}

void check_cpu_extensions(const NodeTree& tree, Checks& checks) {
    const std::string text = tree.read("/proc/cpuinfo").value_or("");
    const std::size_t at = text.find("\nflags");
    const std::string flags =
        at == std::string::npos ? "" : " " + text.substr(at, text.find('\n', at + 1) - at) + " ";
    std::vector<std::string> missing;
    for (const char* flag : {"ssse3", "sse4_1", "sse4_2"}) {
        if (flags.find(" " + std::string(flag) + " ") == std::string::npos) {
            missing.emplace_back(flag);
        }
    }
    checks.expect(
        missing.empty(),
        fail,
        "host.cpu_extensions",
        "/proc/cpuinfo",
        missing.empty() ? "all" : "without " + join(missing, ", "),
        "ssse3, sse4_1, sse4_2",
        "take another machine"
    );
}

void check_hugepages(const NodeTree& tree, Checks& checks) {
    const std::int64_t total = meminfo_kib(tree, "HugePages_Total");
    const std::int64_t size_kib = meminfo_kib(tree, "Hugepagesize");
    const std::int64_t free_bytes = meminfo_kib(tree, "HugePages_Free") * size_kib * kKiB;
    const std::string path = "/proc/meminfo";
    checks.expect(
        total > 0, fail, "host.hugepages", path, std::to_string(total), "some", "kiln-node apply"
    );
    if (total == 0) {
        return;
    }
    checks.expect(
        size_kib == kGiB / kKiB,
        size_kib == 2048 ? warn : fail,
        "host.hugepages.size",
        path,
        format_bytes(size_kib * kKiB),
        "1 GiB",
        "default_hugepagesz=1G"
    );
    checks.expect(
        free_bytes >= 3 * kGiB,
        fail,
        "host.hugepages.free",
        path,
        format_bytes(free_bytes),
        "at least 3 GiB free (before XRd runs)",
        "more pages, or stop what uses them"
    );
}

/// Returns whether there is one.
bool check_driver(const NodeTree& tree, Checks& checks) {
    const bool amazon = is_amazon_linux(tree);
    const bool igb = is_loaded(tree, "igb_uio");
    const bool vfio = !amazon && is_loaded(tree, "vfio-pci");
    const bool installed =
        is_installed(tree, "igb_uio") || (!amazon && is_installed(tree, "vfio-pci"));
    const std::string want = amazon ? "igb_uio" : "vfio-pci or igb_uio";
    if (!igb && !vfio && installed) {
        checks.info("host.driver", "/sys/module", want + " is installed, not loaded");
        return true;
    }
    checks.expect(
        igb || vfio,
        fail,
        "host.driver",
        "/sys/module",
        igb    ? "igb_uio"
        : vfio ? "vfio-pci"
               : "none",
        want,
        "install " + want
    );
    return igb || vfio;
}

void check_iommu(const NodeTree& tree, Checks& checks) {
    const bool vfio = is_loaded(tree, "vfio-pci") || is_installed(tree, "vfio-pci");
    if (!vfio || is_amazon_linux(tree)) {
        checks.info(
            "host.iommu", "/sys/class/iommu", vfio ? "not asked for" : "vfio-pci is absent"
        );
        return;
    }
    const std::string mode =
        tree.read_line("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
    bool devices = false;
    for (const std::string& unit : tree.list("/sys/class/iommu")) {
        devices |= !tree.list("/sys/class/iommu/" + unit + "/devices").empty();
    }
    const bool good = devices && mode != "Y";
    if (!good && is_loaded(tree, "igb_uio")) {
        checks.info("host.iommu", "/sys/class/iommu", "none; igb_uio does without");
        return;
    }
    checks.expect(
        good,
        warn,
        "host.iommu",
        "/sys/class/iommu",
        devices ? (mode == "Y" ? "unsafe no-IOMMU mode" : "devices") : "no devices",
        "an IOMMU with devices",
        "switch it on in the firmware and with intel_iommu=on"
    );
}

void check_pci_devices(const NodeTree& tree, Checks& checks) {
    const std::string folder = "/sys/bus/pci/devices";
    const bool needs_group = !is_loaded(tree, "igb_uio") && !is_installed(tree, "igb_uio") &&
                             tree.read_line(
                                 "/sys/module/vfio/parameters/"
                                 "enable_unsafe_noiommu_mode"
                             ) != "Y";
    int devices = 0;
    int usable = 0;
    for (const std::string& address : tree.list(folder)) {
        if (tree.read_line(folder + "/" + address + "/class").starts_with("0x02")) {
            ++devices;
            usable +=
                !needs_group || tree.link_name(folder + "/" + address + "/iommu_group") ? 1 : 0;
        }
    }
    checks.expect(
        usable > 0,
        warn,
        "host.pci_devices",
        folder,
        std::to_string(devices) + " network devices, " + std::to_string(usable) + " usable",
        "at least one",
        "attach a network device"
    );
}

void check_shared_memory(const NodeTree& tree, Checks& checks) {
    const std::string text = tree.read_line("/proc/sys/kernel/shmmax");
    // 18446744073692774399, the default, does not fit in a signed number.
    const bool enough = text.size() > 18 || leading_number(text) >= 2 * kGiB;
    checks.expect(
        enough,
        fail,
        "host.shmmax",
        "/proc/sys/kernel/shmmax",
        text,
        "at least 2 GiB",
        "sysctl kernel.shmmax=8589934592"
    );
    const bool grouped = tree.exists("/sys/fs/cgroup/cpu.rt_runtime_us") ||
                         tree.exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us");
    const std::string runtime = tree.read_line("/proc/sys/kernel/sched_rt_runtime_us");
    checks.expect(
        !grouped || runtime == "-1",
        fail,
        "host.rt_group",
        "/proc/sys/kernel/sched_rt_runtime_us",
        runtime,
        grouped ? "-1" : "any (no real-time group scheduling)",
        "sysctl kernel.sched_rt_runtime_us=-1"
    );
}

/// The last of each key, as host-check's dictionary keeps it.
std::map<std::string, std::string> argument_values(const std::string& line) {
    std::map<std::string, std::string> values;
    for (const std::string& word : split_kernel_line(line)) {
        const std::size_t equals = word.find('=');
        values[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
    }
    return values;
}

void check_command_line(const NodeTree& tree, Checks& checks) {
    const std::string path = "/proc/cmdline";
    const auto values = argument_values(tree.read_line(path));
    const auto value = [&](const std::string& key) {
        const auto found = values.find(key);
        return found == values.end() ? std::optional<std::string>() : found->second;
    };
    constexpr std::array<std::pair<const char*, const char*>, 6> kWanted = {{
        {"nohz", "on"},
        {"skew_tick", "1"},
        {"intel_pstate", "disable"},
        {"tsc", "reliable"},
        {"hugepagesz", "1G"},
        {"default_hugepagesz", "1G"},
    }};
    const std::string remedy = "profile xrd-vrouter, kiln-node apply, reboot";
    for (const auto& [key, want] : kWanted) {
        checks.expect(
            value(key) == want,
            fail,
            std::string("host.cmdline.") + key,
            path,
            value(key).value_or("missing"),
            want,
            remedy
        );
    }
    for (const char* key : {"nosoftlockup", "irqaffinity", "hugepages"}) {
        checks.expect(
            value(key).has_value(),
            fail,
            std::string("host.cmdline.") + key,
            path,
            value(key).value_or("missing"),
            "given",
            remedy
        );
    }
    const std::string isolated = value("isolcpus").value_or("");
    const bool equal =
        !isolated.empty() && value("nohz_full") == isolated && value("rcu_nocbs") == isolated;
    checks.expect(
        equal,
        fail,
        "host.cmdline.isolcpus",
        path,
        "isolcpus=" + isolated + " nohz_full=" + value("nohz_full").value_or("") +
            " rcu_nocbs=" + value("rcu_nocbs").value_or(""),
        "the same text three times",
        remedy
    );
    const auto cpus = parse_plain_cpu_list(isolated);
    const auto rest = parse_plain_cpu_list(value("irqaffinity").value_or(""));
    checks.expect(
        cpus && rest && cpus->size() >= 2 && !intersects(*cpus, *rest),
        fail,
        "host.cmdline.isolated_cores",
        path,
        isolated,
        "at least 2 CPUs, as a plain list, none of them in irqaffinity",
        remedy
    );
}

}  // namespace

CheckResults host_check(const NodeTree& tree, HostCheckFor platform) {
    Checks checks;
    check_architecture(tree, checks);
    check_cores(tree, checks);
    check_kernel(tree, checks);
    check_cgroups(tree, checks);
    check_inotify(tree, checks);
    check_sockets(tree, checks);
    check_security(tree, checks);
    check_module_parameters(tree, checks);
    check_memory(tree, platform, checks);
    check_shared_memory(tree, checks);
    if (platform == HostCheckFor::xrd_vrouter) {
        check_cpu_extensions(tree, checks);
        check_hugepages(tree, checks);
        if (check_driver(tree, checks)) {
            check_iommu(tree, checks);
            check_pci_devices(tree, checks);
        }
        if (is_amazon_linux(tree)) {
            check_command_line(tree, checks);
        }
    }
    return std::move(checks.results);
}

}  // namespace kiln::node
