#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/boot_state.hpp"
#include "node/command_support.hpp"
#include "node/commands.hpp"
#include "node/durable_write.hpp"
#include "node/first_boot.hpp"
#include "node/host_check.hpp"
#include "node/installed_modules.hpp"
#include "node/sriov_config.hpp"
#include "node/uevents.hpp"
#include "node/verify.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

// The commands that look, and write at most a report.

namespace kiln::node {

namespace {

CheckResults all_checks(
    const NodeTree& tree, const PlannedChanges* changes, const std::optional<std::string>& host
) {
    CheckResults results;
    if (changes != nullptr) {
        results = verify_node(tree, *changes);
    }
    if (host) {
        if (*host != "xrd-vrouter" && *host != "xrd-control-plane") {
            throw Error(
                ErrorKind::usage,
                "--host-check is xrd-vrouter or xrd-control-plane, not \"" + *host + "\""
            );
        }
        const CheckResults more = host_check(
            tree,
            *host == "xrd-vrouter" ? HostCheckFor::xrd_vrouter : HostCheckFor::xrd_control_plane
        );
        results.insert(results.end(), more.begin(), more.end());
    }
    return results;
}

std::string print_checks(const CheckResults& results, const std::string& format) {
    if (format == "json") {
        return print_checks_json(results);
    }
    if (format == "junit") {
        return print_checks_junit(results);
    }
    if (format == "prometheus") {
        return print_checks_prometheus(results);
    }
    if (format != "text") {
        throw Error(
            ErrorKind::usage, "--format is text, json, junit or prometheus, not \"" + format + "\""
        );
    }
    return print_checks_text(results);
}

void put_report(const std::string& text, const std::optional<std::string>& file) {
    if (!file) {
        print_out(text);
        return;
    }
    // Whole or not at all: node_exporter may read at any time.
    const std::string path = std::filesystem::absolute(*file);
    make_folders(NodeTree(), std::filesystem::path(path).parent_path());
    replace_file(NodeTree(), path, text);
}

ExitCode code_of(const CheckResults& results) {
    return worst(results) == CheckStatus::fail ? ExitCode::failed : ExitCode::done;
}

std::vector<std::string> not_passed(const CheckResults& results) {
    std::vector<std::string> lines;
    for (const CheckResult& one : results) {
        if (one.status == CheckStatus::warn || one.status == CheckStatus::fail) {
            lines.push_back(
                name_of(one.status) + " " + one.id + ": found " + one.found + ", expected " +
                one.expected
            );
        }
    }
    return lines;
}

/// What is new, and what is over.
std::string drift_between(
    const std::vector<std::string>& before, const std::vector<std::string>& after
) {
    std::string text;
    for (const std::string& line : after) {
        if (std::find(before.begin(), before.end(), line) == before.end()) {
            text += line + "\n";
        }
    }
    for (const std::string& line : before) {
        if (std::find(after.begin(), after.end(), line) == after.end()) {
            text += "over " + line + "\n";
        }
    }
    return text;
}

std::vector<SriovDevice> planned_devices(const NodeTree& tree, const PlannedChanges& changes) {
    std::vector<SriovDevice> devices;
    for (const NodeAction& action : changes.actions) {
        if (const auto* bind = std::get_if<BindDevice>(&action)) {
            const std::string folder = "/sys/bus/pci/devices/" + bind->address;
            const auto id = [&](const char* name) {
                const std::string text = tree.read_line(folder + "/" + name);
                return text.starts_with("0x") ? text.substr(2) : text;
            };
            int node = -1;
            const std::string text = tree.read_line(folder + "/numa_node");
            std::from_chars(text.data(), text.data() + text.size(), node);
            devices.push_back({bind->address, id("vendor"), id("device"), bind->driver, "", node});
        }
    }
    return devices;
}

}  // namespace

ExitCode run_verify(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto plan = arguments.value("--plan");
    const auto host = arguments.value("--host-check");
    const bool host_only = arguments.flag("--host-check-only");
    std::string format = arguments.value("--format").value_or("text");
    format = arguments.flag("--json") ? "json" : format;
    const auto output = arguments.value("--output");
    arguments.finish();
    std::optional<PlannedChanges> changes;
    if (!host_only) {
        changes = load_changes(plan, tree);
    }
    const CheckResults results = all_checks(tree, changes ? &*changes : nullptr, host);
    put_report(print_checks(results, format), output);
    return code_of(results);
}

ExitCode run_modules(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const CheckResults results = check_installed_modules(tree, arguments.finish(1, 64));
    print_out(json ? print_checks_json(results) : print_checks_text(results));
    return code_of(results);
}

ExitCode run_status(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    arguments.finish();
    const auto applied = read_applied(tree);
    const auto text = tree.read(kStatePath);
    const auto state = text ? parse_state(*text) : std::nullopt;
    const bool held = tree.exists(kHoldPath);
    if (json) {
        const nlohmann::ordered_json document = {
            {"phase", state ? name_of(state->phase) : "new"},
            {"reason", state ? state->reason : ""},
            {"plan", applied ? nlohmann::ordered_json(applied->plan) : nullptr},
            {"held_back", held}};
        print_out(document.dump(2) + "\n");
    } else {
        print_out(
            "phase  " + std::string(state ? name_of(state->phase) : "new") +
            (state && !state->reason.empty() ? "  " + state->reason : "") + "\nplan   " +
            (applied ? applied->plan : "nothing applied") + "\nkubelet " +
            (held ? "held back" : "free to start") + "\n"
        );
    }
    return state && state->phase == Phase::degraded ? ExitCode::failed : ExitCode::done;
}

// Tells what changed since the last look, at the start and then every interval, and soon after a
// device came or went.
ExitCode run_watch(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto plan = arguments.value("--plan");
    const std::string seconds = arguments.value("--interval").value_or("300");
    const bool once = arguments.flag("--once");
    arguments.finish();
    int interval = 0;
    std::from_chars(seconds.data(), seconds.data() + seconds.size(), interval);
    if (interval <= 0) {
        throw Error(ErrorKind::usage, "--interval is a number of seconds, not \"" + seconds + "\"");
    }
    const PlannedChanges changes = load_changes(plan, tree);
    DeviceEvents events;
    std::vector<std::string> before;
    for (;;) {
        const CheckResults results = verify_node(tree, changes);
        const std::vector<std::string> after = not_passed(results);
        print_out(drift_between(before, after));
        std::fflush(stdout);
        if (once) {
            return code_of(results);
        }
        before = after;
        events.wait(std::chrono::seconds(interval));
    }
}

ExitCode run_sriov_config(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto plan = arguments.value("--plan");
    const bool aws = arguments.flag("--aws-sample");
    const std::string naming = arguments.value("--naming").value_or("per-nic");
    const std::string base = arguments.value("--name").value_or("dpdk");
    const auto output = arguments.value("--output");
    arguments.finish();
    if (naming != "per-nic" && naming != "pool" && naming != "by-numa") {
        throw Error(
            ErrorKind::usage, "--naming is per-nic, pool or by-numa, not \"" + naming + "\""
        );
    }
    const std::vector<SriovDevice> devices = planned_devices(tree, load_changes(plan, tree));
    const std::vector<SriovResource> resources =
        aws ? aws_sample_resources(devices)
            : sriov_resources(
                  devices,
                  naming == "pool"      ? SriovNaming::pool
                  : naming == "by-numa" ? SriovNaming::by_numa
                                        : SriovNaming::per_nic,
                  base
              );
    const std::vector<std::string> mistakes = sriov_mistakes(resources);
    if (!mistakes.empty()) {
        throw Error(ErrorKind::input, join(mistakes, "; "));
    }
    put_report(print_sriov_config(resources), output);
    return ExitCode::done;
}

}  // namespace kiln::node
