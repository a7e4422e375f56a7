#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/cpu_list.hpp"
#include "node/durable_write.hpp"
#include "node/number_text.hpp"
#include "node/perform.hpp"
#include "sys/clock.hpp"
#include "sys/process_runner.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>

namespace kiln::node {

namespace {

constexpr auto kPageRetry = std::chrono::seconds(1);
constexpr int kPageRetries = 60;  // as the openshift node tuning operator waits

std::vector<std::string> words(std::string_view text) {
    std::string plain(trim(text));
    std::replace(plain.begin(), plain.end(), '\t', ' ');
    std::vector<std::string> all = split(plain, ' ');
    std::erase_if(all, [](const std::string& word) { return word.empty(); });
    return all;
}

std::string merged_maxima(const std::string& want, const std::string& have) {
    const std::vector<std::string> wanted = words(want);
    const std::vector<std::string> there = words(have);
    std::vector<std::string> merged;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto a = whole_number(wanted[i]);
        const auto b = i < there.size() ? whole_number(there[i]) : std::nullopt;
        merged.push_back(a && b && *b > *a ? there[i] : wanted[i]);
    }
    return join(merged, " ");
}

/// Records, writes, and says what went wrong.
ActionResult write_value(
    const NodeHands& hands,
    const std::string& path,
    const std::string& have,
    const std::string& value
) {
    hands.record.append(
        {{ChangeEntry::Kind::value, path, have, 0, 0, 0}}, ChangeRecord::Survive::kill
    );
    const int problem = write_kernel_file(hands.tree, path, value);
    if (problem != 0) {
        const Error error = write_error("writing \"" + value + "\" to", path, problem);
        return {path, Outcome::failed, error.message(), error.hint()};
    }
    return {path, Outcome::changed, have + " -> " + value, ""};
}

std::string pages_subject(const SetHugepages& action) {
    return "node" + std::to_string(action.node) + " pages of " + std::to_string(action.size_kib) +
           " KiB";
}

std::optional<std::int64_t> pages_now(const NodeTree& tree, const SetHugepages& action) {
    return whole_number(tree.read_line(hugepages_path(action.node, action.size_kib)));
}

/// A kernel that gives fewer pages than asked answers success: only the count tells.
void ask_pages(const NodeHands& hands, const SetHugepages& action) {
    const std::string path = hugepages_path(action.node, action.size_kib);
    write_value(hands, path, hands.tree.read_line(path), std::to_string(action.count));
}

bool fill_pages(const NodeHands& hands, const SetHugepages& action, PageGrowth growth) {
    const int tries = growth == PageGrowth::grow_with_time ? kPageRetries : 1;
    for (int attempt = 0; attempt < tries; ++attempt) {
        ask_pages(hands, action);
        if (pages_now(hands.tree, action) >= action.count) {
            return true;
        }
        if (attempt + 1 < tries) {
            write_kernel_file(hands.tree, "/proc/sys/vm/compact_memory", "1");
            hands.clock.sleep_for(kPageRetry, {});
        }
    }
    return false;
}

ActionResult page_result(
    const SetHugepages& action, std::int64_t before, std::int64_t after, PageGrowth growth
) {
    const std::string subject = pages_subject(action);
    const std::string counts = std::to_string(after) + " of " + std::to_string(action.count);
    if (after == action.count) {
        return {
            subject,
            before == after ? Outcome::unchanged : Outcome::changed,
            before == after ? counts : std::to_string(before) + " -> " + std::to_string(after),
            ""};
    }
    if (after < action.count && growth == PageGrowth::shrink_only) {
        return {subject, Outcome::after_reboot, counts, ""};
    }
    return {
        subject,
        Outcome::failed,
        counts + (after < action.count ? ": the node has no more free memory in one piece"
                                       : ": the others are in use"),
        after < action.count ? "reboot, so that they are taken before memory is in use; or ask for "
                               "fewer"
                             : "stop what uses them and apply again"};
}

bool is_interrupt(const std::string& name) {
    return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

ActionResult move_interrupt(
    const NodeHands& hands, const std::string& irq, const CpuSet& isolated, const std::string& to
) {
    const std::string path = "/proc/irq/" + irq + "/smp_affinity_list";
    const std::string have = hands.tree.read_line(path);
    const auto cpus = parse_plain_cpu_list(have);
    if (!cpus || !intersects(*cpus, isolated)) {
        return {"irq " + irq, Outcome::unchanged, have, ""};
    }
    hands.record.append(
        {{ChangeEntry::Kind::value, path, have, 0, 0, 0}}, ChangeRecord::Survive::kill
    );
    const int problem = write_kernel_file(hands.tree, path, to);
    if (problem == EIO || problem == EPERM) {
        return {"irq " + irq, Outcome::not_here, "fixed by the kernel to " + have, ""};
    }
    if (problem == ENOENT || problem == ENODEV) {
        return {"irq " + irq, Outcome::unchanged, "gone", ""};
    }
    if (problem != 0) {
        const Error error = write_error("writing \"" + to + "\" to", path, problem);
        return {"irq " + irq, Outcome::failed, error.message(), error.hint()};
    }
    return {"irq " + irq, Outcome::changed, have + " -> " + to, ""};
}

/// Why the module is not in the kernel after this; nothing when it is.
std::optional<ActionResult> modprobe_problem(
    const NodeTree& tree, const LoadModule& action, sys::ProcessRunner& runner
) {
    const Outcome outcome = action.optional ? Outcome::not_here : Outcome::failed;
    sys::Command command{.argv = {"modprobe", action.name}, .environment = sys::tool_environment()};
    command.argv.insert(command.argv.end(), action.options.begin(), action.options.end());
    try {
        const sys::CapturedRun run = sys::run_and_capture(runner, command, {});
        if (run.status.ok()) {
            return std::nullopt;
        }
        return ActionResult{
            "",
            outcome,
            std::string(trim(run.err)),
            "install the module for kernel " + tree.read_line("/proc/sys/kernel/osrelease") +
                ", or build it for it"};
    } catch (const Error& error) {
        return ActionResult{"", outcome, error.message(), "install kmod, which has modprobe"};
    }
}

ActionResult set_mask(const NodeHands& hands, const std::string& path, const CpuSet& cpus) {
    const std::string have = hands.tree.read_line(path);
    if (have.empty()) {
        return {path, Outcome::not_here, "", ""};
    }
    if (parse_cpu_mask(have) == cpus) {
        return {path, Outcome::unchanged, have, ""};
    }
    return write_value(hands, path, have, print_cpu_mask(cpus));
}

}  // namespace

std::string hugepages_path(int node, std::int64_t size_kib) {
    return "/sys/devices/system/node/node" + std::to_string(node) + "/hugepages/hugepages-" +
           std::to_string(size_kib) + "kB/nr_hugepages";
}

std::string module_parameter_path(const std::string& module, const std::string& parameter) {
    return "/sys/module/" + replace_all(module, "-", "_") + "/parameters/" + parameter;
}

bool satisfies(const SetKernelValue& want, const std::string& have) {
    const std::vector<std::string> wanted = words(want.value);
    const std::vector<std::string> there = words(have);
    if (want.rule == SetKernelValue::Rule::exact || wanted.size() != there.size()) {
        return wanted == there;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto a = whole_number(wanted[i]);
        const auto b = whole_number(there[i]);
        if (a && b ? *b < *a : wanted[i] != there[i]) {
            return false;
        }
    }
    return true;
}

ActionResult set_kernel_value(const NodeHands& hands, const SetKernelValue& action) {
    const auto there = hands.tree.read(action.path);
    if (!there) {
        if (action.optional || !hands.tree.is_live()) {
            return {action.path, Outcome::not_here, "", ""};
        }
        return {
            action.path,
            Outcome::failed,
            "this kernel has no " + action.path,
            "load the module that provides it, or take it out of the profile"};
    }
    const std::string have(trim(*there));
    if (satisfies(action, have)) {
        return {action.path, Outcome::unchanged, have, ""};
    }
    const bool at_least = action.rule == SetKernelValue::Rule::at_least;
    ActionResult result = write_value(
        hands, action.path, have, at_least ? merged_maxima(action.value, have) : action.value
    );
    if (result.outcome == Outcome::changed &&
        !satisfies(action, hands.tree.read_line(action.path))) {
        result.outcome = Outcome::failed;
        result.detail = "wrote \"" + action.value + "\", read back \"" +
                        hands.tree.read_line(action.path) + "\"";
    }
    return result;
}

ActionResult load_module(const NodeHands& hands, const LoadModule& action) {
    sys::RealProcessRunner runner;
    return load_module(hands, action, runner);
}

ActionResult load_module(
    const NodeHands& hands, const LoadModule& action, sys::ProcessRunner& runner
) {
    const std::string folder = replace_all(action.name, "-", "_");
    ActionResult result{"module " + action.name, Outcome::unchanged, "loaded", ""};
    if (!hands.tree.exists("/sys/module/" + folder)) {
        if (auto problem = modprobe_problem(hands.tree, action, runner)) {
            problem->subject = result.subject;
            return *problem;
        }
        result = {result.subject, Outcome::changed, "loaded now", ""};
    }
    for (const std::string& option : action.options) {
        const std::size_t equals = option.find('=');
        const std::string path = module_parameter_path(action.name, option.substr(0, equals));
        const std::string value = option.substr(equals + 1);
        const auto there = hands.tree.read(path);
        const auto is_true = [](const std::string& text) { return text == "1" || text == "Y"; };
        if (!there || trim(*there) == value ||
            (is_true(value) && is_true(std::string(trim(*there))))) {
            continue;
        }
        ActionResult written = write_value(hands, path, std::string(trim(*there)), value);
        if (written.outcome == Outcome::failed) {
            written.remedy = "unload the module (modprobe -r " + action.name + ") and apply again";
        }
        result = std::move(written);
    }
    return result;
}

ActionResults set_hugepages(
    const NodeHands& hands, const std::vector<SetHugepages>& actions, PageGrowth growth
) {
    ActionResults results;
    std::map<const SetHugepages*, std::int64_t> before;
    for (const SetHugepages& action : actions) {
        const auto now = pages_now(hands.tree, action);
        if (!now) {
            results.push_back(
                {pages_subject(action),
                 action.count == 0 || !hands.tree.is_live() ? Outcome::not_here : Outcome::failed,
                 "the node or the page size does not exist here",
                 action.count == 0 ? "" : "plan for this machine: kiln-node plan"}
            );
            continue;
        }
        before[&action] = *now;
        if (*now < action.count && growth != PageGrowth::shrink_only) {
            fill_pages(hands, action, growth);
        }
    }
    for (const SetHugepages& action : actions) {
        if (!before.contains(&action)) {
            continue;
        }
        if (pages_now(hands.tree, action).value_or(0) > action.count) {
            ask_pages(hands, action);
        }
        results.push_back(
            page_result(action, before[&action], pages_now(hands.tree, action).value_or(0), growth)
        );
    }
    return results;
}

ActionResults move_interrupts(const NodeHands& hands, const MoveInterrupts& action) {
    const auto housekeeping = parse_plain_cpu_list(action.housekeeping);
    const auto isolated = parse_plain_cpu_list(action.isolated);
    if (!housekeeping || !isolated || isolated->empty()) {
        return {};
    }
    ActionResults results;
    // New interrupts first, then those that are there, then those that came meanwhile.
    results.push_back(set_mask(hands, kDefaultAffinityPath, *housekeeping));
    std::vector<std::string> seen;
    for (int pass = 0; pass < 2; ++pass) {
        for (const std::string& irq : hands.tree.list("/proc/irq")) {
            if (is_interrupt(irq) && std::find(seen.begin(), seen.end(), irq) == seen.end()) {
                seen.push_back(irq);
                results.push_back(move_interrupt(hands, irq, *isolated, action.housekeeping));
            }
        }
    }
    return results;
}

ActionResults move_workqueues(const NodeHands& hands, const MoveWorkqueues& action) {
    const std::string& folder = kWorkqueueFolder;
    const auto cpus = parse_plain_cpu_list(action.housekeeping);
    if (!cpus || cpus->empty()) {
        return {};
    }
    ActionResults results = {set_mask(hands, folder + "/cpumask", *cpus)};
    for (const std::string& queue : hands.tree.list(folder)) {
        const std::string path = folder + "/" + queue + "/cpumask";
        if (hands.tree.exists(path)) {
            results.push_back(set_mask(hands, path, *cpus));
        }
    }
    return results;
}

}  // namespace kiln::node
