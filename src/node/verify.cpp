#include "node/verify.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "node/applied.hpp"
#include "node/binding.hpp"
#include "node/boot_loader.hpp"
#include "node/boot_state.hpp"
#include "node/first_boot.hpp"
#include "node/number_text.hpp"
#include "node/perform.hpp"
#include "node/routes.hpp"
#include "node/write_combining.hpp"

#include <algorithm>
#include <optional>

namespace kiln::node {

namespace {

/// "Node 0 MemFree:  123 kB" -> 123.
std::int64_t meminfo_kib(const std::string& text, std::string_view key) {
    const std::size_t at = text.find(std::string(key) + ":");
    if (at == std::string::npos) {
        return 0;
    }
    return leading_number(trim(std::string_view(text).substr(at + key.size() + 1)));
}

std::string kernel_argument(const PlannedChanges& changes, std::string_view key) {
    for (const std::string& word : changes.kernel.set) {
        if (word.starts_with(std::string(key) + "=")) {
            return word.substr(key.size() + 1);
        }
    }
    return {};
}

/// "net/core/rmem_max" -> "net.core.rmem_max"; a path in /sys stays a path.
std::string setting_id(const std::string& path) {
    constexpr std::string_view kSysctl = "/proc/sys/";
    return path.starts_with(kSysctl)
               ? "sysctl." + replace_all(path.substr(kSysctl.size()), "/", ".")
               : "sys." + path.substr(path.find_first_not_of('/'));
}

/// Which file sets a sysctl last, in the order in which systemd-sysctl and sysctl(8) read them; ""
/// for none but ours.
std::string overriding_line(const NodeTree& tree, const std::string& path) {
    const std::string key = setting_id(path).substr(sizeof "sysctl." - 1);
    std::string found;
    const auto look = [&](const std::string& file) {
        int number = 0;
        for (const std::string& line : split(tree.read(file).value_or(""), '\n')) {
            ++number;
            const std::string name(trim(line.substr(0, line.find('='))));
            if (replace_all(name, "/", ".") == key || name == "-" + key) {
                found = file + ":" + std::to_string(number);
            }
        }
    };
    for (const char* folder : {"/usr/lib/sysctl.d", "/run/sysctl.d", "/etc/sysctl.d"}) {
        for (const std::string& name : tree.list(folder)) {
            if (name.find("kiln-node") == std::string::npos && name.ends_with(".conf")) {
                look(std::string(folder) + "/" + name);
            }
        }
    }
    look("/etc/sysctl.conf");
    return found;
}

void check_pages(const NodeTree& tree, const SetHugepages& pages, Checks& checks) {
    const std::string folder = "/sys/devices/system/node/node" + std::to_string(pages.node) +
                               "/hugepages/hugepages-" + std::to_string(pages.size_kib) + "kB/";
    const std::string have = tree.read_line(folder + "nr_hugepages");
    const std::string id = "node" + std::to_string(pages.node) + "." +
                           replace_all(format_bytes(pages.size_kib * kKiB), " ", "");
    const bool fewer = leading_number(have) < pages.count;
    checks.expect(
        !have.empty() && leading_number(have) == pages.count,
        fewer || have.empty() ? CheckStatus::fail : CheckStatus::warn,
        "huge." + id,
        folder + "nr_hugepages",
        have,
        std::to_string(pages.count),
        fewer ? "reboot, so that they are taken before memory is in use; or plan fewer"
              : "kiln-node apply"
    );
    if (pages.count > 0) {
        checks.info(
            "huge.free." + id, folder + "free_hugepages", tree.read_line(folder + "free_hugepages")
        );
    }
}

void check_headroom(const NodeTree& tree, int node, Checks& checks) {
    const std::string path = "/sys/devices/system/node/node" + std::to_string(node) + "/meminfo";
    const std::string text = tree.read(path).value_or("");
    const std::int64_t total = meminfo_kib(text, "MemTotal");
    if (total == 0) {
        return;
    }
    const std::int64_t left = meminfo_kib(text, "MemFree") + meminfo_kib(text, "FilePages");
    // The planner's rule: 1 GiB, or a tenth.
    const std::int64_t keep = std::max(kGiB / kKiB, total / 10);
    checks.expect(
        left >= keep,
        CheckStatus::warn,
        "mem.headroom.node" + std::to_string(node),
        path,
        format_bytes(left * kKiB) + " free or cached",
        "at least " + format_bytes(keep * kKiB),
        "plan fewer hugepages, or take a larger machine"
    );
}

void check_module(const NodeTree& tree, const LoadModule& module, Checks& checks) {
    const std::string folder = "/sys/module/" + replace_all(module.name, "-", "_");
    checks.expect(
        tree.exists(folder),
        module.optional ? CheckStatus::warn : CheckStatus::fail,
        "mod." + module.name,
        folder,
        tree.exists(folder) ? "loaded" : "not loaded",
        "loaded",
        "modprobe " + module.name
    );
    for (const std::string& option : module.options) {
        const std::size_t equals = option.find('=');
        const std::string path = folder + "/parameters/" + option.substr(0, equals);
        const auto have = tree.read(path);
        if (!have) {
            continue;  // wc_activate of igb_uio has no file
        }
        const std::string want = option.substr(equals + 1);
        const std::string found(trim(*have));
        const bool same = found == want || (want == "1" && found == "Y") ||
                          (want == "Y" && found == "1") || (want == "0" && found == "N");
        checks.expect(
            same,
            CheckStatus::fail,
            "mod." + module.name + "." + option.substr(0, equals),
            path,
            found,
            want,
            "reload the module with its options"
        );
    }
}

/// Whether the kernel that boots next has the module too.
void check_next_kernel(
    const NodeTree& tree, const LoadModule& module, const std::string& kernel, Checks& checks
) {
    const std::string folder = "/lib/modules/" + kernel;
    const std::string dependencies = tree.read(folder + "/modules.dep").value_or("");
    if (dependencies.empty()) {
        return;
    }
    const std::string builtin = tree.read(folder + "/modules.builtin").value_or("");
    const auto has = [&](const std::string& text) {
        const std::string name = replace_all(module.name, "_", "-");
        return replace_all(text, "_", "-").find("/" + name + ".ko") != std::string::npos;
    };
    checks.expect(
        has(dependencies) || has(builtin),
        module.optional ? CheckStatus::warn : CheckStatus::fail,
        "mod." + module.name + ".next",
        folder + "/modules.dep",
        has(dependencies) || has(builtin) ? "there" : "missing",
        module.name + ".ko for the kernel that boots next",
        "build or install it for " + kernel
    );
}

void check_binding(const NodeTree& tree, const BindDevice& device, Checks& checks) {
    const PciFunction function = read_pci_function(tree, device.address);
    const std::string id = "bind." + device.address;
    const std::string path = "/sys/bus/pci/devices/" + device.address;
    if (!function.exists && device.optional) {
        checks.info(id, path, "not plugged in");
        return;
    }
    checks.expect(
        function.driver == device.driver,
        CheckStatus::fail,
        id,
        path + "/driver",
        function.exists ? function.driver : "no such device",
        device.driver,
        "kiln-node apply"
    );
    if (function.driver == device.driver) {
        checks.expect(
            function.driver_override == device.driver,
            CheckStatus::warn,
            id + ".lasting",
            path + "/driver_override",
            function.driver_override,
            device.driver,
            "kiln-node apply; without the override the binding is lost when the module is reloaded"
        );
    }
    if (tree.read_line(path + "/vendor") == "0x1d0f") {
        const WriteCombining memory = write_combining(tree, device.address, device.driver);
        checks.expect(
            memory.combines,
            CheckStatus::warn,
            "wc." + device.address,
            memory.source,
            memory.found,
            "write combining for ENA",
            "igb_uio with wc_activate=1, or a patched vfio-pci-core"
        );
    }
}

std::string missing_links(const NodeTree& tree, const PlannedChanges& changes) {
    std::vector<std::string> missing;
    for_each_action<MakeLink>(changes, [&](const MakeLink& link) {
        std::error_code problem;
        if (std::filesystem::read_symlink(tree.at(link.path), problem) != link.target) {
            missing.push_back(link.path);
        }
    });
    return join(missing, ", ");
}

}  // namespace

void check_plan(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    const auto applied = read_applied(tree);
    checks.expect(
        applied && applied->plan == changes.hash,
        CheckStatus::fail,
        "plan.present",
        kAppliedPath,
        applied ? applied->plan : "nothing applied",
        changes.hash,
        "kiln-node apply"
    );
    const auto state = parse_state(tree.read(kStateFolder + "/state.json").value_or(""));
    const std::string uuid = instance_identity(tree);
    if (state && !state->instance.empty() && !uuid.empty()) {
        checks.expect(
            state->instance == uuid,
            CheckStatus::fail,
            "plan.instance",
            "/sys/class/dmi/id/product_uuid",
            uuid,
            state->instance,
            "the image was made from a node that was tuned already: kiln-node apply"
        );
    }
}

void check_boot_line(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    const auto applied = read_applied(tree);
    const KernelArgumentChange wanted =
        with_retired(changes.kernel, applied ? applied->retired : std::vector<std::string>{});
    if (wanted.set.empty() && wanted.remove.empty()) {
        return;
    }
    const std::string line = tree.read_line("/proc/cmdline");
    const auto differences = kernel_argument_differences(line, wanted);
    checks.expect(
        differences.empty(),
        CheckStatus::fail,
        "cmdline.running",
        "/proc/cmdline",
        differences.empty() ? "as planned" : join(differences, "; "),
        join(changes.kernel.set, " "),
        "reboot"
    );
    const BootConfiguration configuration = read_boot_configuration(tree);
    const auto problems = boot_line_problems(configuration, changes.kernel);
    std::vector<std::string> texts;
    bool next = false;
    for (const BootLineProblem& problem : problems) {
        next |= problem.is_default;
        texts.push_back(problem.where + ": " + problem.what);
    }
    if (!configuration.unsupported.empty()) {
        checks.expect(
            false,
            CheckStatus::warn,
            "cmdline.next",
            "/boot",
            configuration.unsupported,
            join(changes.kernel.set, " "),
            "see to it that the next boot has them too"
        );
        return;
    }
    checks.expect(
        problems.empty(),
        next ? CheckStatus::fail : CheckStatus::warn,
        "cmdline.next",
        configuration.entries.empty() ? "/boot" : configuration.entries.front().file,
        problems.empty() ? "as planned" : join(texts, "; "),
        join(changes.kernel.set, " "),
        "kiln-node apply"
    );
}

void check_memory(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    std::vector<int> nodes;
    for_each_action<SetHugepages>(changes, [&](const SetHugepages& pages) {
        check_pages(tree, pages, checks);
        nodes.push_back(pages.node);
    });
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (const int node : nodes) {
        check_headroom(tree, node, checks);
    }
    if (const std::string size = kernel_argument(changes, "default_hugepagesz"); !size.empty()) {
        const std::int64_t want = parse_size(size).value_or(0) / kKiB;
        const std::int64_t have =
            meminfo_kib(tree.read("/proc/meminfo").value_or(""), "Hugepagesize");
        checks.expect(
            have == want,
            CheckStatus::fail,
            "huge.default",
            "/proc/meminfo",
            std::to_string(have) + " kB",
            std::to_string(want) + " kB",
            "reboot; a CPU without pdpe1gb has no pages of 1 GiB"
        );
    }
    if (!nodes.empty()) {
        const bool mounted =
            tree.read("/proc/mounts").value_or("").find(" hugetlbfs ") != std::string::npos;
        checks.expect(
            mounted,
            CheckStatus::warn,
            "huge.mount",
            "/proc/mounts",
            mounted ? "mounted" : "no hugetlbfs",
            "hugetlbfs",
            "systemctl start dev-hugepages.mount"
        );
    }
}

void check_settings(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    for_each_action<SetKernelValue>(changes, [&](const SetKernelValue& value) {
        const auto have = tree.read(value.path);
        if (!have && value.optional) {
            return;
        }
        const std::string found(trim(have.value_or("")));
        const bool enough = have && satisfies(value, found);
        const std::string other = enough ? "" : overriding_line(tree, value.path);
        checks.expect(
            enough,
            CheckStatus::fail,
            setting_id(value.path),
            value.path,
            found,
            (value.rule == SetKernelValue::Rule::at_least ? "at least " : "") + value.value,
            other.empty() ? "kiln-node apply"
                          : other +
                                " sets it too: take it out there, then "
                                "kiln-node apply"
        );
    });
    const BootConfiguration boot = read_boot_configuration(tree);
    std::string next_kernel;
    for (const BootMenuEntry& entry : boot.entries) {
        next_kernel = entry.is_default ? entry.kernel : next_kernel;
    }
    for_each_action<LoadModule>(changes, [&](const LoadModule& module) {
        check_module(tree, module, checks);
        if (!next_kernel.empty()) {
            check_next_kernel(tree, module, next_kernel, checks);
        }
    });
}

void check_devices(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    bool noiommu_allowed = false;
    bool any = false;
    for_each_action<BindDevice>(changes, [&](const BindDevice& device) {
        check_binding(tree, device, checks);
        noiommu_allowed |= device.allow_noiommu;
        any = true;
    });
    if (!any) {
        return;
    }
    const auto problem = noiommu_problem(tree, noiommu_allowed);
    checks.expect(
        !problem,
        CheckStatus::warn,
        "noiommu",
        "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
        problem.value_or("as planned"),
        "off where there is an IOMMU",
        "echo 0 > the parameter, or allow it in the profile"
    );
    const auto interfaces = default_route_interfaces(tree);
    checks.expect(
        !interfaces.empty(),
        CheckStatus::warn,
        "bind.protected",
        "/proc/net/route",
        interfaces.empty() ? "no default route" : join(interfaces, ", "),
        "an interface of the kernel carries the default route",
        "kiln-node unbind the device that carried it; correct the profile"
    );
}

void check_files(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    std::vector<std::string> differ;
    int files = 0;
    for_each_action<WriteFile>(changes, [&](const WriteFile& file) {
        ++files;
        if (tree.read(file.path) != file.content) {
            differ.push_back(file.path);
        }
    });
    checks.expect(
        differ.empty(),
        CheckStatus::fail,
        "files",
        files == 0 ? "/etc" : "/etc/...",
        differ.empty() ? std::to_string(files) + " as planned" : join(differ, ", ") + " differ",
        std::to_string(files) + " files as planned",
        "kiln-node apply"
    );
    const std::string missing = missing_links(tree, changes);
    checks.expect(
        missing.empty(),
        CheckStatus::fail,
        "units",
        "/etc/systemd/system",
        missing.empty() ? "enabled" : missing + " missing",
        "units enabled",
        "kiln-node apply"
    );
}

void check_other_tools(const NodeTree& tree, Checks& checks) {
    std::vector<std::string> owners;
    if (!processes_named(tree, "tuned").empty() ||
        !tree.read_line("/etc/tuned/active_profile").empty()) {
        owners.push_back("TuneD (" + tree.read_line("/etc/tuned/active_profile") + ")");
    }
    for (const std::string& name : tree.list("/etc/driverctl.d")) {
        owners.push_back("driverctl (" + name + ")");
    }
    checks.expect(
        owners.empty(),
        CheckStatus::warn,
        "other.tools",
        "/etc/tuned, /etc/driverctl.d",
        owners.empty() ? "none" : join(owners, ", "),
        "one owner of the tuning",
        "disable them"
    );
}

CheckResults verify_node(const NodeTree& tree, const PlannedChanges& changes) {
    Checks checks;
    check_plan(tree, changes, checks);
    check_boot_line(tree, changes, checks);
    check_cpus(tree, changes, checks);
    check_interrupts(tree, changes, checks);
    check_memory(tree, changes, checks);
    check_settings(tree, changes, checks);
    check_devices(tree, changes, checks);
    // Counters are the running kernel's; a captured tree has none.
    check_ena(
        tree,
        tree.is_live() ? read_device_statistics
                       : [](const std::string&) { return DeviceStatistics(); },
        checks
    );
    check_files(tree, changes, checks);
    check_kubelet(tree, changes, checks);
    check_other_tools(tree, checks);
    return std::move(checks.results);
}

}  // namespace kiln::node
