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
#include "node/routes.hpp"
#include "node/tuning_request.hpp"
#include "node/units.hpp"
#include "node/verify.hpp"
#include "sys/process_runner.hpp"

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
    sys::RealProcessRunner runner;
    sys::run_and_capture(
        runner,
        {.argv = {"systemctl", "--no-block", "reboot"}, .environment = sys::tool_environment()},
        {}
    );
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

void report_reboot(const ApplyReport& report, bool json) {
    if (report.needs_reboot && !json) {
        print_out("a reboot puts the kernel command line in force; the rest is active now\n");
    }
}

ExitCode apply_plan(
    const NodeTree& tree,
    const PlannedChanges& changes,
    PageGrowth growth,
    bool json,
    const std::vector<FileEdit>& request = {}
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
    report_reboot(report, json);
    return code_of(report.ok());
}

}  // namespace

ExitCode run_apply(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto file = arguments.value("--plan");
    const bool json = arguments.flag("--json");
    const bool at_boot = arguments.flag("--boot");
    const bool early = arguments.flag("--early");
    const bool no_reboot = arguments.flag("--no-reboot");
    arguments.finish();
    if (at_boot) {
        return apply_at_boot(tree);
    }
    if (early) {
        ActionResults results;
        with_lock(tree, [&](const NodeHands& hands) { results = apply_early(hands); });
        print_results(results, json);
        return code_of(!any_failed(results));
    }
    return apply_plan(
        tree, load_changes(file, tree), no_reboot ? PageGrowth::grow : PageGrowth::shrink_only, json
    );
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
    with_lock(tree, [&](const NodeHands& hands) { results = undo_changes(hands); });
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
