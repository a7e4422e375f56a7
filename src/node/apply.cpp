#include "node/apply.hpp"

#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/binding.hpp"
#include "node/durable_write.hpp"
#include "sys/process_runner.hpp"

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

ActionResult run_program(const std::vector<std::string>& argv) {
    sys::RealProcessRunner runner;
    const std::string subject = join(argv, " ");
    const sys::CapturedRun run =
        sys::run_and_capture(runner, {.argv = argv, .environment = sys::tool_environment()}, {});
    if (run.status.ok()) {
        return {subject, Outcome::changed, "", ""};
    }
    return {subject, Outcome::failed, std::string(trim(run.err)), "run it by hand"};
}

/// What files can not say: images that hold their command line inside.
ActionResults rebuild_boot_images(const NodeTree& tree, const BootEdits& edits) {
    ActionResults results;
    for (const std::string& note : edits.notes) {
        results.push_back({"boot loader", Outcome::failed, note, ""});
    }
    if (tree.is_live()) {
        for (const auto& command : edits.commands) {
            results.push_back(run_program(command));
        }
    }
    return results;
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

void apply_boot_line(const NodeHands& hands, const PlannedChanges& changes, ApplyReport& report) {
    const KernelArgumentChange& change = changes.kernel;
    if (change.set.empty() && change.remove.empty()) {
        report.next_boot_is_right = true;
        return;
    }
    try {
        const BootEdits edits =
            plan_boot_edits(hands.tree, read_boot_configuration(hands.tree), change);
        ActionResults written = write_files(hands, edits.files);
        const bool all_written = !any_failed(written);
        append(report.results, std::move(written));
        if (all_written) {
            append(report.results, rebuild_boot_images(hands.tree, edits));
        }
        const auto problems = boot_line_problems(read_boot_configuration(hands.tree), change);
        for (const BootLineProblem& problem : problems) {
            report.results.push_back(
                {problem.where, Outcome::failed, "read back: " + problem.what, ""}
            );
        }
        report.next_boot_is_right =
            std::none_of(problems.begin(), problems.end(), [](const BootLineProblem& problem) {
                return problem.is_default;
            });
    } catch (const Error& error) {
        report.results.push_back({"boot loader", Outcome::failed, error.message(), error.hint()});
    }
}

bool is_boot_file(const BootConfiguration& configuration, const std::string& path) {
    const auto same = [&](const auto& one) { return one.file == path; };
    return path.starts_with("/etc/default/grub") ||
           std::any_of(configuration.entries.begin(), configuration.entries.end(), same) ||
           std::any_of(configuration.sources.begin(), configuration.sources.end(), same);
}

/// Our words go, wherever they still are: in an entry that came with a new kernel, in a file that
/// somebody edited meanwhile.
KernelArgumentChange without_ours(const Applied& applied) {
    KernelArgumentChange change;
    change.remove = applied.kernel.set;
    return change;
}

ActionResult restore_file(const NodeHands& hands, const RecordedFile& file, bool boot_file) {
    const auto now = hands.tree.read(file.path);
    const auto original =
        file.original ? std::optional(file.original->content) : std::optional<std::string>();
    std::error_code problem;
    const bool is_link =
        std::filesystem::is_symlink(hands.tree.at(file.path), problem) && !original;
    if (now == original && !is_link) {
        return {file.path, Outcome::unchanged, "", ""};
    }
    if (!is_link && now && *now != file.last_written) {
        return boot_file ? ActionResult{file.path, Outcome::unchanged, "edited since", ""}
                         : ActionResult{
                               file.path,
                               Outcome::failed,
                               "somebody has changed it since; it is left as it is",
                               "compare it with what was there before, in " + kRecordPath};
    }
    const std::string folder = std::filesystem::path(file.path).parent_path();
    if (original) {
        make_folders(hands.tree, folder);
        replace_file(
            hands.tree,
            file.path,
            *original,
            FileOwner{file.original->mode, file.original->uid, file.original->gid}
        );
    } else {
        remove_file(hands.tree, file.path);
    }
    sync_folder(hands.tree, folder);
    return {file.path, Outcome::changed, original ? "as before" : "removed", ""};
}

ActionResults take_out_of_boot_lines(
    const NodeHands& hands, const std::vector<RecordedFile>& restored
) {
    const auto applied = read_applied(hands.tree);
    const BootConfiguration configuration = read_boot_configuration(hands.tree);
    if (!applied || applied->kernel.set.empty() || configuration.entries.empty()) {
        return {};
    }
    BootEdits planned = plan_boot_edits(hands.tree, configuration, without_ours(*applied));
    std::vector<FileEdit>& edits = planned.files;
    std::erase_if(edits, [&](const FileEdit& edit) {
        return std::any_of(restored.begin(), restored.end(), [&](const RecordedFile& file) {
            return file.path == edit.path && file.original &&
                   hands.tree.read(edit.path) == file.original->content;
        });
    });
    ActionResults results;
    for (const FileEdit& edit : edits) {
        replace_file(hands.tree, edit.path, edit.content);
        sync_folder(hands.tree, std::filesystem::path(edit.path).parent_path());
        results.push_back({edit.path, Outcome::changed, "our arguments taken out", ""});
    }
    append(results, rebuild_boot_images(hands.tree, planned));
    return results;
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
    report.results = write_files(hands, file_edits(hands.tree, changes.actions));
    if (!any_failed(report.results)) {
        append(report.results, make_links(hands, changes.actions));
    }
    if (hands.tree.is_live()) {
        if (changes_units(report.results)) {
            report.results.push_back(run_program({"systemctl", "daemon-reload"}));
        }
        apply_to_kernel(hands, changes, options, report.results);
        report.needs_reboot =
            !kernel_argument_differences(hands.tree.read_line("/proc/cmdline"), changes.kernel)
                 .empty();
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
    apply_boot_line(hands, changes, report);
    const std::string before = read_applied(hands.tree) ? read_applied(hands.tree)->boot_id : "";
    Applied applied = applied_from(changes, before);
    if (read_applied(hands.tree) != applied) {
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
    ActionResults results = set_hugepages(hands, applied->hugepages, PageGrowth::grow_with_time);
    if (!applied->isolated.empty()) {
        append(results, move_workqueues(hands, {applied->housekeeping, ""}));
        append(results, move_interrupts(hands, {applied->housekeeping, applied->isolated, ""}));
    }
    return results;
}

ActionResults undo_changes(const NodeHands& hands) {
    const RecordedChanges changes = gather_changes(hands.record.entries(), boot_id(hands.tree));
    const BootConfiguration configuration = read_boot_configuration(hands.tree);
    ActionResults results;
    // Backwards: the boot loader was last.
    for (auto file = changes.files.rbegin(); file != changes.files.rend(); ++file) {
        if (file->path == kAppliedPath) {
            continue;  // told from until the end
        }
        try {
            results.push_back(restore_file(hands, *file, is_boot_file(configuration, file->path)));
        } catch (const Error& error) {
            results.push_back({file->path, Outcome::failed, error.message(), error.hint()});
        }
    }
    append(results, take_out_of_boot_lines(hands, changes.files));
    if (hands.tree.is_live()) {
        for (const ChangeEntry& binding : changes.bindings) {
            results.push_back(release_device(hands, binding.path));
        }
        for (auto value = changes.values.rbegin(); value != changes.values.rend(); ++value) {
            if (hands.tree.read_line(value->path) != value->content) {
                const int problem = write_kernel_file(hands.tree, value->path, value->content);
                results.push_back(
                    {value->path,
                     problem == 0 ? Outcome::changed : Outcome::failed,
                     problem == 0 ? "as before"
                                  : write_error("writing to", value->path, problem).message(),
                     ""}
                );
            }
        }
        if (changes_units(results)) {
            results.push_back(run_program({"systemctl", "daemon-reload"}));
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
