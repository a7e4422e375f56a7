#include "node/partition.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/durable_write.hpp"
#include "sys/process_runner.hpp"

#include <system_error>

// Documentation/admin-guide/cgroup-v2.rst, "Cpuset Interface Files". A write that asks for an
// impossible partition succeeds, and the state then says why it is invalid: only reading it back
// tells.

namespace kiln::node {

namespace {

const std::string kRoot = "/sys/fs/cgroup";
const std::string kState = kPartitionFolder + "/cpuset.cpus.partition";
constexpr const char* kHostSlices[] = {"system.slice", "user.slice", "init.scope"};

ActionResult failed(const std::string& subject, const std::string& why, const std::string& remedy) {
    return {subject, Outcome::failed, why, remedy};
}

/// False with `result` filled in when the kernel refuses.
bool write(
    const NodeTree& tree, const std::string& path, const std::string& value, ActionResult& result
) {
    const int problem = write_kernel_file(tree, path, value);
    if (problem != 0) {
        const Error error = write_error("writing \"" + value + "\" to", path, problem);
        result = failed(path, error.message(), error.hint());
    }
    return problem == 0;
}

ActionResult take_away(const NodeTree& tree) {
    write_kernel_file(tree, kState, "member");  // its CPUs go back even when tasks keep the folder
    std::error_code problem;
    std::filesystem::remove(tree.at(kPartitionFolder), problem);
    if (problem) {
        return failed(
            kPartitionFolder, problem.message(), "stop what runs in it (cgroup.procs) and try again"
        );
    }
    return {kPartitionFolder, Outcome::changed, "removed", ""};
}

ActionResult make_isolated(const NodeTree& tree, const std::string& isolated) {
    ActionResult result;
    std::error_code problem;
    // The root hands cpuset on to its children; "+cpuset" again is no change.
    if (!write(tree, kRoot + "/cgroup.subtree_control", "+cpuset", result)) {
        return result;
    }
    std::filesystem::create_directory(tree.at(kPartitionFolder), problem);
    if (problem) {
        return failed(kPartitionFolder, problem.message(), "run it as root");
    }
    // One that was invalid stays so on newer kernels until it is a member again.
    if (tree.read_line(kState).find("invalid") != std::string::npos &&
        !write(tree, kState, "member", result)) {
        return result;
    }
    if (!write(tree, kPartitionFolder + "/cpuset.cpus", isolated, result) ||
        !write(tree, kState, "isolated", result)) {
        take_away(tree);
        return result;
    }
    const std::string why = partition_problem(tree.read_line(kState));
    if (!why.empty()) {
        take_away(tree);
        return failed(kPartitionFolder, why, "ask for CPUs that no other cgroup has for itself");
    }
    return {kPartitionFolder, Outcome::changed, isolated + " are isolated until the next boot", ""};
}

/// Whether somebody, as make_partition does, keeps the slice on some CPUs until the next boot:
/// `systemctl set-property --runtime` writes this file, and empties it of CPUs again.
bool is_kept_on_cpus(const NodeTree& tree, const std::string& slice) {
    const std::string path = "/run/systemd/system.control/" + slice + ".d/50-AllowedCPUs.conf";
    for (const std::string& line : split(tree.read(path).value_or(""), '\n')) {
        const std::string_view words = trim(line);
        if (words.starts_with("AllowedCPUs=") && !words.ends_with('=')) {
            return true;
        }
    }
    return false;
}

ActionResult set_allowed(
    sys::ProcessRunner& runner, const std::string& slice, const std::string& cpus
) {
    try {
        const sys::CapturedRun run = sys::run_and_capture(
            runner,
            {.argv = {"systemctl", "set-property", "--runtime", slice, "AllowedCPUs=" + cpus},
             .environment = sys::tool_environment()},
            {}
        );
        return run.status.ok()
                   ? ActionResult{slice, Outcome::changed, "AllowedCPUs=" + cpus, ""}
                   : failed(
                         slice, std::string(trim(run.err)), "run systemctl set-property by hand"
                     );
    } catch (const Error& error) {
        return failed(slice, error.message(), "this needs systemd");
    }
}

/// systemd takes controllers away from the root's children as soon as none of its own units needs
/// them, and the partition would go with cpuset, without a word. So one of its units needs it: a
/// slice that is kept on the CPUs that are left to it anyway.
ActionResults make_isolated_for_systemd(
    const NodeTree& tree,
    const std::string& isolated,
    const std::string& housekeeping,
    sys::ProcessRunner& runner
) {
    const bool was_kept = is_kept_on_cpus(tree, kHostSlices[0]);
    ActionResults results = {set_allowed(runner, kHostSlices[0], housekeeping)};
    if (any_failed(results)) {
        return results;
    }
    results.push_back(make_isolated(tree, isolated));
    if (any_failed(results) && !was_kept) {
        results.push_back(set_allowed(runner, kHostSlices[0], ""));
    }
    return results;
}

}  // namespace

std::string partition_problem(const std::string& state) {
    if (state == "isolated") {
        return "";
    }
    const std::size_t reason = state.find('(');
    return "the kernel does not isolate them: " +
           (reason == std::string::npos ? "the partition is \"" + state + "\""
                                        : state.substr(reason + 1, state.rfind(')') - reason - 1));
}

ActionResults make_partition(
    const NodeTree& tree,
    PartitionKind kind,
    const std::string& isolated,
    const std::string& housekeeping,
    sys::ProcessRunner& runner
) {
    const std::string controllers = tree.read_line(kRoot + "/cgroup.controllers");
    if ((" " + controllers + " ").find(" cpuset ") == std::string::npos) {
        return {failed(
            kRoot,
            controllers.empty() ? "there is no cgroup v2" : "cgroup v2 has no cpuset here",
            "reboot with systemd.unified_cgroup_hierarchy=1, or isolate on the command line"
        )};
    }
    if (kind == PartitionKind::isolated) {
        return make_isolated_for_systemd(tree, isolated, housekeeping, runner);
    }
    ActionResults results;
    for (const char* slice : kHostSlices) {
        results.push_back(set_allowed(runner, slice, housekeeping));
    }
    return results;
}

ActionResults remove_partition(const NodeTree& tree, sys::ProcessRunner& runner) {
    ActionResults results;
    if (tree.exists(kPartitionFolder)) {
        results.push_back(take_away(tree));
    }
    for (const char* slice : kHostSlices) {
        if (is_kept_on_cpus(tree, slice)) {
            results.push_back(set_allowed(runner, slice, ""));
        }
    }
    return results;
}

}  // namespace kiln::node
