#include "node/apply.hpp"

#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/binding.hpp"
#include "node/boot_line.hpp"
#include "node/durable_write.hpp"
#include "node/restore.hpp"
#include "node/run_program.hpp"

#include <algorithm>
#include <set>

namespace kiln::node {

namespace {

template <class Action>
std::vector<Action> all_of(const std::vector<NodeAction>& actions) {
    std::vector<Action> found;
    for (const NodeAction& action : actions) {
        if (const auto* one = std::get_if<Action>(&action)) {
            found.push_back(*one);
        }
    }
    return found;
}

void append(ActionResults& to, ActionResults from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool changes_units(const ActionResults& results) {
    return std::any_of(results.begin(), results.end(), [](const ActionResult& result) {
        return result.outcome == Outcome::changed &&
               result.subject.starts_with("/etc/systemd/system");
    });
}

/// Values and bindings that follow belong to this boot and are forgotten with it.
void mark_boot(const NodeHands& hands) {
    const std::string id = boot_id(hands.tree);
    const auto& entries = hands.record.entries();
    const auto last = std::find_if(entries.rbegin(), entries.rend(), [](const ChangeEntry& entry) {
        return entry.kind == ChangeEntry::Kind::boot;
    });
    if (last == entries.rend() || last->path != id) {
        hands.record.append(
            {{ChangeEntry::Kind::boot, id, "", 0, 0, 0}}, ChangeRecord::Survive::kill
        );
    }
}

void apply_to_kernel(
    const NodeHands& hands,
    const PlannedChanges& changes,
    const ApplyOptions& options,
    ActionResults& results
) {
    const auto& actions = changes.actions;
    mark_boot(hands);
    append(results, restore_kernel_of_other_plans(hands, changes));
    // Modules first: some bring settings with them.
    for (const LoadModule& module : all_of<LoadModule>(actions)) {
        results.push_back(load_module(hands, module));
    }
    for (const SetKernelValue& value : all_of<SetKernelValue>(actions)) {
        results.push_back(set_kernel_value(hands, value));
    }
    append(results, set_hugepages(hands, all_of<SetHugepages>(actions), options.growth));
    for (const MoveWorkqueues& queues : all_of<MoveWorkqueues>(actions)) {
        append(results, move_workqueues(hands, queues));
    }
    const auto bindings = all_of<BindDevice>(actions);
    std::vector<std::string> together;
    for (const BindDevice& device : bindings) {
        together.push_back(device.address);
    }
    for (const BindDevice& device : bindings) {
        const std::string carries =
            options.protected_because ? options.protected_because(device.address) : "";
        results.push_back(bind_device(hands, device, together, carries));
    }
    // Last, since a device's new driver may have new interrupts.
    for (const MoveInterrupts& irqs : all_of<MoveInterrupts>(actions)) {
        append(results, move_interrupts(hands, irqs));
    }
}

}  // namespace

bool ApplyReport::ok() const {
    return !any_failed(results);
}

std::string ApplyReport::problem() const {
    std::vector<std::string> parts;
    for (const ActionResult& result : results) {
        if (result.outcome == Outcome::failed) {
            parts.push_back(result.subject + ": " + result.detail);
        }
    }
    return join(parts, "; ");
}

ApplyReport apply_changes(
    const NodeHands& hands, const PlannedChanges& changes, const ApplyOptions& options
) {
    ApplyReport report;
    const auto former = read_applied(hands.tree);
    hands.record.begin_plan(changes.hash);
    report.results = write_files(hands, file_edits(hands.tree, changes.actions));
    if (!any_failed(report.results)) {
        append(report.results, make_links(hands, changes.actions));
        append(report.results, restore_files_of_other_plans(hands, changes));
    }
    if (hands.tree.is_live()) {
        if (changes_units(report.results)) {
            report.results.push_back(run_node_program({"systemctl", "daemon-reload"}));
        }
        apply_to_kernel(hands, changes, options, report.results);
    }
    const bool files_written =
        std::none_of(report.results.begin(), report.results.end(), [](const ActionResult& result) {
            return result.outcome == Outcome::failed && result.subject.starts_with("/etc/");
        });
    if (!files_written) {
        report.results.push_back(
            {"boot loader", Outcome::failed, "not touched, since files before it failed", ""}
        );
        return report;
    }
    BootLineReport boot = write_boot_line(hands, changes.kernel, former);
    append(report.results, std::move(boot.results));
    report.next_boot_is_right = boot.next_boot_is_right;
    report.needs_reboot = hands.tree.is_live() && !kernel_argument_differences(
                                                       hands.tree.read_line("/proc/cmdline"),
                                                       with_retired(changes.kernel, boot.retired)
                                                  )
                                                       .empty();
    Applied applied = applied_from(changes, former ? former->boot_id : "");
    applied.retired = std::move(boot.retired);
    if (former != applied) {
        applied.boot_id = boot_id(hands.tree);
        append(report.results, write_files(hands, {{kAppliedPath, print_applied(applied), 0600}}));
    }
    return report;
}

void sweep_leftovers(const NodeHands& hands) {
    std::set<std::string> folders = {kStateFolder};
    for (const ChangeEntry& entry : hands.record.entries()) {
        const bool is_file = entry.kind == ChangeEntry::Kind::original ||
                             entry.kind == ChangeEntry::Kind::absent ||
                             entry.kind == ChangeEntry::Kind::wrote;
        if (is_file) {
            folders.insert(std::filesystem::path(entry.path).parent_path());
        }
    }
    for (const std::string& folder : folders) {
        sweep_temporary_files(hands.tree, folder);
    }
}

ActionResults apply_early(const NodeHands& hands) {
    const auto applied = read_applied(hands.tree);
    if (!applied) {
        return {};
    }
    mark_boot(hands);
    hands.record.begin_plan(applied->plan);
    ActionResults results = set_hugepages(hands, applied->hugepages, PageGrowth::grow_with_time);
    if (!applied->isolated.empty()) {
        append(results, move_workqueues(hands, {applied->housekeeping, ""}));
    }
    append(results, apply_interrupts(hands));
    return results;
}

ActionResults apply_interrupts(const NodeHands& hands) {
    const auto applied = read_applied(hands.tree);
    if (!applied || applied->isolated.empty()) {
        return {};
    }
    hands.record.begin_plan(applied->plan);
    return move_interrupts(hands, {applied->housekeeping, applied->isolated, ""});
}

ActionResults undo_changes(const NodeHands& hands) {
    const RecordedChanges changes = gather_changes(hands.record.entries(), boot_id(hands.tree));
    ActionResults results;
    // Backwards: the boot loader was last.
    for (auto file = changes.files.rbegin(); file != changes.files.rend(); ++file) {
        if (file->path == kAppliedPath) {
            continue;  // told from until the end
        }
        try {
            ActionResult result = restore_file(hands, *file);
            if (result.outcome == Outcome::failed && is_boot_file(hands.tree, file->path)) {
                // Our words go from it below; the rest is somebody's.
                result = {file->path, Outcome::unchanged, "edited since", ""};
            }
            results.push_back(std::move(result));
        } catch (const Error& error) {
            results.push_back({file->path, Outcome::failed, error.message(), error.hint()});
        }
    }
    if (const auto applied = read_applied(hands.tree)) {
        append(results, take_out_of_boot_lines(hands, *applied, changes.files));
    }
    if (hands.tree.is_live()) {
        for (const RecordedSetting& binding : changes.bindings) {
            results.push_back(release_device(hands, binding.path));
        }
        for (auto value = changes.values.rbegin(); value != changes.values.rend(); ++value) {
            results.push_back(restore_value(hands, *value));
        }
        if (changes_units(results)) {
            results.push_back(run_node_program({"systemctl", "daemon-reload"}));
        }
    }
    if (!any_failed(results)) {
        remove_file(hands.tree, kAppliedPath);
        remove_file(hands.tree, kStateFolder + "/state.json");
        if (!hands.record.entries().empty()) {
            hands.record.append({{ChangeEntry::Kind::undone, "", "", 0, 0, 0}});
        }
    }
    return results;
}

}  // namespace kiln::node
