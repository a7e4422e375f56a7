#include "base/strings.hpp"
#include "node/cpu_list.hpp"
#include "node/kernel_log.hpp"
#include "node/verify.hpp"

#include <algorithm>
#include <map>
#include <optional>

// CPUs, and what must not run on the isolated ones.

namespace kiln::node {

namespace {

constexpr std::size_t kNamesShown = 8;

struct CpuSets {
    CpuSet housekeeping;
    CpuSet isolated;
};

std::optional<CpuSets> planned_sets(const PlannedChanges& changes) {
    for (const NodeAction& action : changes.actions) {
        if (const auto* irqs = std::get_if<MoveInterrupts>(&action)) {
            return CpuSets{
                parse_plain_cpu_list(irqs->housekeeping).value_or(CpuSet{}),
                parse_plain_cpu_list(irqs->isolated).value_or(CpuSet{})};
        }
    }
    return std::nullopt;
}

std::optional<CpuSet> read_list(const NodeTree& tree, const std::string& path) {
    const auto text = tree.read(path);
    return text ? parse_plain_cpu_list(*text) : std::nullopt;
}

/// The CPU list of a kernel argument, flags such as "managed_irq,domain," left out.
std::optional<CpuSet> argument_list(const PlannedChanges& changes, std::string_view key) {
    for (const std::string& word : changes.kernel.set) {
        if (!word.starts_with(std::string(key) + "=")) {
            continue;
        }
        std::string_view value = std::string_view(word).substr(key.size() + 1);
        const std::size_t digit = value.find_first_of("0123456789");
        return parse_plain_cpu_list(value.substr(std::min(digit, value.size())));
    }
    return std::nullopt;
}

void check_presence(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    CpuSet all = sets.housekeeping;
    all.insert(sets.isolated.begin(), sets.isolated.end());
    const CpuSet present = read_list(tree, kCpuFolder + "/present").value_or(CpuSet{});
    checks.expect(
        all == present,
        CheckStatus::fail,
        "cpu.present",
        kCpuFolder + "/present",
        print_cpu_list(present),
        print_cpu_list(all),
        "the plan was made for another machine: kiln-node plan"
    );
    const CpuSet offline = read_list(tree, kCpuFolder + "/offline").value_or(CpuSet{});
    checks.expect(
        !intersects(offline, all),
        intersects(offline, sets.isolated) ? CheckStatus::fail : CheckStatus::warn,
        "cpu.online",
        kCpuFolder + "/offline",
        print_cpu_list(offline),
        "none of " + print_cpu_list(all),
        "echo 1 > " + kCpuFolder + "/cpuN/online"
    );
}

void check_kernel_set(
    const NodeTree& tree,
    const PlannedChanges& changes,
    const char* key,
    const std::string& id,
    const std::string& file,
    Checks& checks
) {
    const auto want = argument_list(changes, key);
    if (!want) {
        return;
    }
    const std::string path = kCpuFolder + "/" + file;
    const CpuSet have = read_list(tree, path).value_or(CpuSet{});
    checks.expect(
        have == *want,
        CheckStatus::fail,
        id,
        path,
        print_cpu_list(have),
        print_cpu_list(*want),
        "reboot; if that was done, the kernel log says why it ignored " + std::string(key) +
            "= (\"Housekeeping\", \"incorrect CPU range\", \"must match isolcpus\")"
    );
}

/// No file tells which CPUs have their RCU callbacks offloaded; the kernel says so as it boots.
void check_callbacks(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    constexpr std::string_view kMessage = "Offload RCU callbacks from CPUs: ";
    const auto want = argument_list(changes, "rcu_nocbs");
    if (!want) {
        return;
    }
    std::optional<std::string> said;
    for (const std::string& message : read_kernel_log(tree)) {
        if (const std::size_t at = message.find(kMessage); at != std::string::npos) {
            said = message.substr(at + kMessage.size());
        }
    }
    if (!said) {
        checks.info("cpu.rcu", "/dev/kmsg", "the log does not reach back to the boot");
        return;
    }
    const auto have = parse_plain_cpu_list(said->substr(0, said->find('.')));
    checks.expect(
        have == want,
        CheckStatus::warn,
        "cpu.rcu",
        "/dev/kmsg",
        *said,
        print_cpu_list(*want),
        "reboot; a kernel without CONFIG_RCU_NOCB_CPU offloads none"
    );
}

void check_cores(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    std::vector<std::string> split;
    for (const int cpu : sets.isolated) {
        const std::string folder = kCpuFolder + "/cpu" + std::to_string(cpu) + "/topology/";
        auto siblings = read_list(tree, folder + "core_cpus_list");
        if (!siblings) {
            siblings = read_list(tree, folder + "thread_siblings_list");
        }
        if (siblings && intersects(*siblings, sets.housekeeping)) {
            split.push_back(print_cpu_list(*siblings));
        }
    }
    split.erase(std::unique(split.begin(), split.end()), split.end());
    checks.expect(
        split.empty(),
        CheckStatus::warn,
        "cpu.smt",
        kCpuFolder + "/cpu*/topology/core_cpus_list",
        split.empty() ? "no shared core" : "cores with CPUs of both kinds: " + join(split, "; "),
        "whole cores isolated",
        "isolate the siblings too, or switch SMT off"
    );
}

/// "Name: x" lines of /proc/PID/status.
std::string status_field(const std::string& status, std::string_view name) {
    const std::size_t at = status.find("\n" + std::string(name) + ":");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + name.size() + 2;
    return std::string(trim(std::string_view(status).substr(begin, status.find('\n', begin) - begin)
    ));
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// Threads of user programs outside of pods that may run on isolated CPUs. A kernel thread has no
/// memory of its own; pods get their CPUs from kubelet.
void check_tasks(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    std::map<std::string, int> strays;
    for (const std::string& pid : tree.list("/proc")) {
        if (!is_number(pid)) {
            continue;
        }
        const std::string status = tree.read("/proc/" + pid + "/status").value_or("");
        if (status_field(status, "VmSize").empty()) {
            continue;
        }
        const auto allowed = parse_plain_cpu_list(status_field(status, "Cpus_allowed_list"));
        if (allowed && intersects(*allowed, sets.isolated) &&
            tree.read("/proc/" + pid + "/cgroup").value_or("").find("kubepods") ==
                std::string::npos) {
            ++strays[tree.read_line("/proc/" + pid + "/comm")];
        }
    }
    std::vector<std::string> names;
    for (const auto& [name, count] : strays) {
        names.push_back(count == 1 ? name : name + " (" + std::to_string(count) + ")");
    }
    if (names.size() > kNamesShown) {
        names.resize(kNamesShown);
        names.emplace_back("...");
    }
    checks.expect(
        names.empty(),
        CheckStatus::warn,
        "cpu.tasks",
        "/proc/*/status",
        names.empty() ? "none" : join(names, ", "),
        "no program that may run on " + print_cpu_list(sets.isolated),
        "restart its unit, or give it CPUAffinity= or AllowedCPUs="
    );
}

std::string interrupt_name(const NodeTree& tree, const std::string& irq) {
    const std::string actions = tree.read_line("/sys/kernel/irq/" + irq + "/actions");
    return actions.empty() ? irq : irq + " (" + actions + ")";
}

/// Whether the interrupt ever came to one of the CPUs. /sys/kernel/irq/N/per_cpu_count: "0,5,0".
bool counted_on(const NodeTree& tree, const std::string& irq, const CpuSet& cpus) {
    const std::vector<std::string> counts =
        split(tree.read_line("/sys/kernel/irq/" + irq + "/per_cpu_count"), ',');
    return std::any_of(cpus.begin(), cpus.end(), [&](int cpu) {
        const auto index = static_cast<std::size_t>(cpu);
        return index < counts.size() && counts[index] != "0";
    });
}

void check_each_interrupt(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    std::vector<std::string> active;
    std::vector<std::string> quiet;
    for (const std::string& irq : tree.list("/proc/irq")) {
        if (!is_number(irq)) {
            continue;
        }
        const auto cpus = read_list(tree, "/proc/irq/" + irq + "/smp_affinity_list");
        if (!cpus || !intersects(*cpus, sets.isolated) ||
            tree.read_line("/sys/kernel/irq/" + irq + "/actions").empty()) {
            continue;
        }
        (counted_on(tree, irq, sets.isolated) ? active : quiet)
            .push_back(interrupt_name(tree, irq));
    }
    checks.expect(
        active.empty(),
        CheckStatus::warn,
        "irq.each",
        "/proc/irq/*/smp_affinity_list",
        active.empty() ? "none" : join(active, ", "),
        "no interrupt comes to " + print_cpu_list(sets.isolated),
        "kiln-node apply; those that the kernel manages itself can not be moved"
    );
    if (!quiet.empty()) {
        checks.info(
            "irq.quiet", "/proc/irq/*/smp_affinity_list", "never came: " + join(quiet, ", ")
        );
    }
}

void check_irqbalance(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    for (const NodeAction& action : changes.actions) {
        const auto* line = std::get_if<SetAssignment>(&action);
        if (line == nullptr || line->name != "IRQBALANCE_BANNED_CPULIST") {
            continue;
        }
        const std::string text = tree.read(line->path).value_or("");
        const bool banned =
            ("\n" + text).find("\n" + line->name + "=" + line->value + "\n") != std::string::npos;
        const bool runs = !processes_named(tree, "irqbalance").empty();
        checks.expect(
            banned,
            runs ? CheckStatus::fail : CheckStatus::warn,
            "irqbalance",
            line->path,
            banned ? line->value : "another or no ban",
            line->name + "=" + line->value,
            "kiln-node apply, then systemctl restart irqbalance"
        );
    }
}

/// The mask of all limits every unbound workqueue, those to come too: a queue whose own mask has no
/// CPU in common with it runs on this one (kernel/workqueue.c: workqueue_set_unbound_cpumask). So
/// the masks of single queues, which new ones bring as "all CPUs", say nothing.
void check_workqueues(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    const std::string path = "/sys/devices/virtual/workqueue/cpumask";
    const auto text = tree.read(path);
    if (!text) {
        return;
    }
    const auto mask = parse_cpu_mask(*text);
    checks.expect(
        mask && !intersects(*mask, sets.isolated),
        CheckStatus::warn,
        "wq",
        path,
        std::string(trim(*text)),
        "no CPU of " + print_cpu_list(sets.isolated),
        "kiln-node apply"
    );
}

void check_packet_steering(const NodeTree& tree, const CpuSets& sets, Checks& checks) {
    std::vector<std::string> wrong;
    for (const std::string& device : tree.list("/sys/class/net")) {
        const std::string queues = "/sys/class/net/" + device + "/queues";
        for (const std::string& queue : tree.list(queues)) {
            const auto mask = parse_cpu_mask(tree.read_line(queues + "/" + queue + "/rps_cpus"));
            if (mask && intersects(*mask, sets.isolated)) {
                wrong.push_back(device + " " + queue);
            }
        }
    }
    checks.expect(
        wrong.empty(),
        CheckStatus::warn,
        "rps",
        "/sys/class/net/*/queues/rx-*/rps_cpus",
        wrong.empty() ? "none" : join(wrong, ", "),
        "no steering to " + print_cpu_list(sets.isolated),
        "write a mask without them"
    );
}

}  // namespace

std::vector<std::string> processes_named(const NodeTree& tree, const std::string& name) {
    std::vector<std::string> found;
    for (const std::string& pid : tree.list("/proc")) {
        if (is_number(pid) && tree.read_line("/proc/" + pid + "/comm") == name) {
            found.push_back(pid);
        }
    }
    return found;
}

void check_cpus(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    check_kernel_set(tree, changes, "isolcpus", "cpu.isolated", "isolated", checks);
    check_kernel_set(tree, changes, "nohz_full", "cpu.nohz", "nohz_full", checks);
    check_callbacks(tree, changes, checks);
    const auto sets = planned_sets(changes);
    if (!sets) {
        return;
    }
    check_presence(tree, *sets, checks);
    check_cores(tree, *sets, checks);
    check_tasks(tree, *sets, checks);
    const auto init = parse_plain_cpu_list(
        status_field(tree.read("/proc/1/status").value_or(""), "Cpus_allowed_list")
    );
    checks.expect(
        init && !intersects(*init, sets->isolated),
        CheckStatus::warn,
        "systemd",
        "/proc/1/status",
        init ? print_cpu_list(*init) : "",
        print_cpu_list(sets->housekeeping),
        "reboot, or systemctl daemon-reexec and restart the services"
    );
}

void check_interrupts(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    check_irqbalance(tree, changes, checks);
    const auto sets = planned_sets(changes);
    if (!sets) {
        return;
    }
    const std::string path = "/proc/irq/default_smp_affinity";
    const auto mask = parse_cpu_mask(tree.read_line(path));
    checks.expect(
        mask && !intersects(*mask, sets->isolated),
        CheckStatus::fail,
        "irq.default",
        path,
        tree.read_line(path),
        print_cpu_mask(sets->housekeeping),
        "kiln-node apply"
    );
    check_each_interrupt(tree, *sets, checks);
    check_workqueues(tree, *sets, checks);
    check_packet_steering(tree, *sets, checks);
}

}  // namespace kiln::node
