#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/apply.hpp"
#include "node/binding.hpp"
#include "node/changes_json.hpp"
#include "node/command_support.hpp"
#include "node/commands.hpp"
#include "node/durable_write.hpp"
#include "node/first_boot.hpp"
#include "node/kexec.hpp"
#include "node/kubelet_drop_in.hpp"
#include "node/partition.hpp"
#include "node/routes.hpp"
#include "node/run_program.hpp"
#include "node/tuning_request.hpp"
#include "node/units.hpp"
#include "node/verify.hpp"
#include "sys/clock.hpp"
#include "sys/process_runner.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

// The commands that change the node.

namespace kiln::node {

namespace {

ExitCode code_of(bool good) {
    return good ? ExitCode::done : ExitCode::failed;
}

ApplyOptions apply_options(const NodeTree& tree, PageGrowth growth) {
    return {growth, [&tree](const std::string& address) { return carried_by(tree, address); }};
}

/// A line for whoever looks at the machine's console.
void tell_console(const std::string& line) {
    print_out(line + "\n");
    std::fflush(stdout);
}

void reboot_node() {
    const ActionResult result = run_node_program({"systemctl", "--no-block", "reboot"});
    if (result.outcome == Outcome::failed) {
        tell_console("kiln-node: no reboot: " + result.detail);
    }
}

ExitCode apply_at_boot(const NodeTree& tree) {
    bool good = false;
    with_lock(tree, [&](const NodeHands& hands) {
        const PlannedChanges changes = load_changes(std::nullopt, tree);
        const BootHands boot{
            .apply =
                [&] {
                    ApplyReport report =
                        apply_changes(hands, changes, apply_options(tree, PageGrowth::grow));
                    const ActionResults dropped = drop_stale_kubelet_state(tree);
                    report.results.insert(report.results.end(), dropped.begin(), dropped.end());
                    print_results(report.results, false);
                    return report;
                },
            .verify = [&] { return verify_node(tree, changes); },
            .reboot = reboot_node,
            .tell = tell_console};
        const NodeState state =
            run_boot(tree, changes.hash, changes.on_failure, std::time(nullptr), boot);
        good = state.phase == Phase::active || state.phase == Phase::rebooting ||
               state.phase == Phase::fresh;
    });
    return code_of(good);
}

enum class Reboot { report, kexec };

/// Only what the boot loader would boot too: with another line the next cold boot would lose it.
void start_kexec(const NodeTree& tree, const ApplyReport& report, const KexecPlan& kexec) {
    if (!report.next_boot_is_right || !kexec.problem.empty()) {
        throw Error(
            ErrorKind::unsupported,
            "kexec can not be used: " +
                (kexec.problem.empty() ? "the boot loader does not show the planned command line"
                                       : kexec.problem)
        )
            .set_hint("reboot in the usual way");
    }
    load_kexec(tree, kexec);
    const ActionResult result = run_node_program({"systemctl", "--no-block", "kexec"});
    if (result.outcome == Outcome::failed) {
        throw Error(ErrorKind::command, result.subject + ": " + result.detail)
            .set_hint("reboot in the usual way");
    }
}

/// What is in force now, what waits, and what there is instead of waiting.
void report_reboot(const NodeTree& tree, const PlannedChanges& changes, const KexecPlan& kexec) {
    const auto applied = read_applied(tree);
    const auto waiting = kernel_argument_differences(
        tree.read_line("/proc/cmdline"),
        with_retired(changes.kernel, applied ? applied->retired : std::vector<std::string>{})
    );
    std::string text = "waits for a reboot: the kernel command line (" + join(waiting, "; ") +
                       "), and pages that are named above; the rest is active now\n";
    text += kexec.problem.empty() ? "  kiln-node apply --reboot kexec skips the firmware\n"
                                  : "  kexec can not be used: " + kexec.problem + "\n";
    if (applied && !applied->isolated.empty()) {
        text +=
            "  kiln-node partition keeps the scheduler off " + applied->isolated + " until then\n";
    }
    print_out(text);
}

ExitCode apply_plan(
    const NodeTree& tree,
    const PlannedChanges& changes,
    PageGrowth growth,
    bool json,
    const std::vector<FileEdit>& request = {},
    Reboot reboot = Reboot::report
) {
    ApplyReport report;
    with_lock(tree, [&](const NodeHands& hands) {
        hands.record.begin_plan("");
        ActionResults results = write_files(hands, request);
        if (any_failed(results)) {
            report.results = std::move(results);
            return;
        }
        report = apply_changes(hands, changes, apply_options(tree, growth));
        report.results.insert(report.results.begin(), results.begin(), results.end());
    });
    print_results(report.results, json);
    if (!report.needs_reboot) {
        return code_of(report.ok());
    }
    const KexecPlan kexec = plan_kexec(tree);
    if (!json) {
        report_reboot(tree, changes, kexec);
    }
    if (reboot == Reboot::kexec && report.ok()) {
        start_kexec(tree, report, kexec);
    }
    return code_of(report.ok());
}

/// What verify says of one device.
CheckResults checks_of_device(
    const NodeTree& tree, const PlannedChanges& changes, const std::string& address
) {
    Checks checks;
    check_devices(tree, changes, checks);
    std::erase_if(checks.results, [&](const CheckResult& one) {
        return one.id.find(address) == std::string::npos;
    });
    return std::move(checks.results);
}

bool binds(const PlannedChanges& changes, const std::string& address) {
    bool found = false;
    for_each_action<BindDevice>(changes, [&](const BindDevice& device) {
        found |= device.address == address;
    });
    return found;
}

/// The plan with the device. Rules by subnet or index match only what EC2's metadata service knows,
/// which learns of an interface seconds after the kernel.
PlannedChanges plan_with_device(const NodeTree& tree, const std::string& address) {
    constexpr int kTries = 4;
    constexpr auto kWait = std::chrono::seconds(5);
    PlannedChanges changes = load_changes(std::nullopt, tree);
    const bool may_come = tree.is_live() && instance_identity(tree).starts_with("i-") &&
                          carried_by(tree, address).empty();
    for (int i = 1; i < kTries && may_come && !binds(changes, address); ++i) {
        sys::RealClock().sleep_for(kWait, {});
        changes = load_changes(std::nullopt, tree);
    }
    return changes;
}

/// For a device that came while the node runs: the whole plan, as it is with that device, and then
/// what became of it. Everything else is as planned already and is not written. The plan may not
/// want the device; that is no failure, as it is none when the device carries the node's traffic.
ExitCode apply_for_device(const NodeTree& tree, const std::string& address) {
    const PlannedChanges changes = plan_with_device(tree, address);
    ApplyReport report;
    with_lock(tree, [&](const NodeHands& hands) {
        report = apply_changes(hands, changes, apply_options(tree, PageGrowth::shrink_only));
    });
    print_results(report.results, false);
    const CheckResults checks = checks_of_device(tree, changes, address);
    print_out(
        checks.empty() ? "the plan leaves " + address + " as it is\n" : print_checks_text(checks)
    );
    return code_of(report.ok() && worst(checks) != CheckStatus::fail);
}

}  // namespace

ExitCode run_apply(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto file = arguments.value("--plan");
    const bool json = arguments.flag("--json");
    const bool at_boot = arguments.flag("--boot");
    const bool early = arguments.flag("--early");
    const bool interrupts = arguments.flag("--interrupts");
    const bool no_reboot = arguments.flag("--no-reboot");
    const auto device = arguments.value("--device");
    const auto reboot = arguments.value("--reboot");
    arguments.finish();
    if (reboot && *reboot != "kexec") {
        throw Error(ErrorKind::usage, "--reboot is kexec, not \"" + *reboot + "\"")
            .set_hint("a plain reboot is yours to start: systemctl reboot");
    }
    if (reboot && !tree.is_live()) {
        throw Error(ErrorKind::usage, "--reboot is for the running system, not for a tree");
    }
    if (device) {
        return apply_for_device(tree, *device);
    }
    if (at_boot) {
        return apply_at_boot(tree);
    }
    if (early || interrupts) {
        ActionResults results;
        with_lock(tree, [&](const NodeHands& hands) {
            results = early ? apply_early(hands) : apply_interrupts(hands);
        });
        print_results(results, json);
        return code_of(!any_failed(results));
    }
    return apply_plan(
        tree,
        load_changes(file, tree),
        no_reboot ? PageGrowth::grow : PageGrowth::shrink_only,
        json,
        {},
        reboot ? Reboot::kexec : Reboot::report
    );
}

// The CPUs are those of what was applied. A partition that pods could never use is refused where
// kubelet hands those CPUs out.
ExitCode run_partition(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const bool soft = arguments.flag("--soft");
    const bool remove = arguments.flag("--remove");
    arguments.finish();
    const auto applied = read_applied(tree);
    if (!remove && (!applied || applied->isolated.empty())) {
        throw Error(ErrorKind::input, "nothing that was applied isolates CPUs")
            .set_hint("kiln-node apply first, with a profile that has cpus.isolated");
    }
    const bool in_pods = tree.exists(kNodeadmDropIns + "/50-kiln-node.yaml") ||
                         tree.exists(kKubeletDropIns + "/50-kiln-node.conf");
    if (!remove && !soft && in_pods) {
        throw Error(
            ErrorKind::input,
            "kubelet hands out CPUs " + applied->isolated +
                ", and pods can not run on CPUs of a partition"
        )
            .set_hint("kiln-node partition --soft keeps the host's own services off them");
    }
    sys::RealProcessRunner runner;
    ActionResults results;
    with_lock(tree, [&](const NodeHands&) {
        results = remove ? remove_partition(tree, runner)
                         : make_partition(
                               tree,
                               soft ? PartitionKind::soft : PartitionKind::isolated,
                               applied->isolated,
                               applied->housekeeping,
                               runner
                           );
    });
    print_results(results, json);
    return code_of(!any_failed(results));
}

ExitCode run_units(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const bool timer = arguments.flag("--verify-timer");
    arguments.finish();
    ActionResults results;
    with_lock(tree, [&](const NodeHands& hands) {
        hands.record.begin_plan("");
        std::vector<NodeAction> actions = unit_actions(own_binary(tree));
        for (NodeAction& action :
             timer ? watch_unit_actions(own_binary(tree)) : std::vector<NodeAction>{}) {
            actions.push_back(std::move(action));
        }
        results = write_files(hands, file_edits(tree, actions));
        const ActionResults links = make_links(hands, actions);
        results.insert(results.end(), links.begin(), links.end());
    });
    print_results(results, json);
    return code_of(!any_failed(results));
}

ExitCode run_undo(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    arguments.finish();
    ActionResults results;
    sys::RealProcessRunner runner;
    with_lock(tree, [&](const NodeHands& hands) {
        results = undo_changes(hands);
        // No record tells of a partition: what is there now is asked.
        const ActionResults partition =
            tree.is_live() ? remove_partition(tree, runner) : ActionResults{};
        results.insert(results.end(), partition.begin(), partition.end());
    });
    print_results(results, json);
    return code_of(!any_failed(results));
}

ExitCode run_bind(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const std::string driver = arguments.value("--driver").value_or("vfio-pci");
    const bool noiommu = arguments.flag("--allow-noiommu");
    const auto addresses = arguments.finish(1, 64);
    ActionResults results;
    with_lock(tree, [&](const NodeHands& hands) {
        hands.record.begin_plan("");
        results.push_back(load_module(hands, {.name = driver}));
        for (const std::string& address : addresses) {
            results.push_back(bind_device(
                hands,
                {.address = address, .driver = driver, .allow_noiommu = noiommu},
                addresses,
                carried_by(tree, address)
            ));
        }
    });
    print_results(results, json);
    return code_of(!any_failed(results));
}

ExitCode run_unbind(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const auto addresses = arguments.finish(1, 64);
    ActionResults results;
    with_lock(tree, [&](const NodeHands& hands) {
        for (const std::string& address : addresses) {
            results.push_back(release_device(hands, address));
        }
    });
    print_results(results, json);
    return code_of(!any_failed(results));
}

// The contract of the XRd project's /etc/xrd/bootstrap.sh: both variables, both messages, exit
// status 2; success does not reboot; may be run again.
ExitCode run_bootstrap(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    arguments.finish();
    std::map<std::string, std::string> environment;
    for (const char* name :
         {"HUGEPAGES_GB",
          "ISOLATED_CORES",
          "HOUSEKEEPING_CORES",
          "HUGEPAGES_NODE",
          "KERNEL_ARGUMENTS"}) {
        if (const char* value = std::getenv(name)) {
            environment[name] = value;
        }
    }
    const ParsedRequest parsed = parse_request(environment);
    if (!parsed.mistakes.empty()) {
        for (const std::string& mistake : parsed.mistakes) {
            std::fprintf(stderr, "%s\n", mistake.c_str());
        }
        return ExitCode::wrong_usage;
    }
    PlannedChanges changes;
    try {
        changes = request_changes(parsed.request, tree, own_binary(tree));
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", render(error).c_str());
        return ExitCode::wrong_usage;
    }
    // Plans are made from these files: they are no part of one. Each boot starts from the first;
    // other programs of the XRd project read the second.
    const std::vector<FileEdit> request = {
        {kRequestPath, print_request(parsed.request)},
        {"/etc/xrd/hugetlb-reserve-env.conf",
         "HUGEPAGES_GB=" + std::to_string(parsed.request.hugepages_gb) + "\n"}};
    return apply_plan(tree, changes, PageGrowth::shrink_only, false, request);
}

}  // namespace kiln::node
