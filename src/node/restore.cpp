#include "node/restore.hpp"

#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/binding.hpp"
#include "node/boot_line.hpp"
#include "node/durable_write.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

namespace kiln::node {

namespace {

void forget(const NodeHands& hands, const std::string& path, ChangeRecord::Survive survive) {
    hands.record.append({{ChangeEntry::Kind::restored, path, "", 0, 0, 0}}, survive);
}

bool of_other_plan(const std::string& plan, const PlannedChanges& changes) {
    return !plan.empty() && plan != changes.hash;
}

std::set<std::string> wanted_files(const PlannedChanges& changes) {
    std::set<std::string> paths;
    for_each_action<WriteFile>(changes, [&](const WriteFile& one) { paths.insert(one.path); });
    for_each_action<SetAssignment>(changes, [&](const SetAssignment& one) {
        paths.insert(one.path);
    });
    for_each_action<MakeLink>(changes, [&](const MakeLink& one) { paths.insert(one.path); });
    return paths;
}

/// Whether the plan brings `path` to one value whatever it is now. "At least" does not, and an
/// interrupt is only moved off isolated CPUs: those start from what they were.
bool sets_exactly(const PlannedChanges& changes, const std::string& path) {
    bool sets = false;
    for_each_action<SetKernelValue>(changes, [&](const SetKernelValue& one) {
        sets |= one.path == path && one.rule == SetKernelValue::Rule::exact;
    });
    for_each_action<SetHugepages>(changes, [&](const SetHugepages& one) {
        sets |= hugepages_path(one.node, one.size_kib) == path;
    });
    for_each_action<MoveWorkqueues>(changes, [&](const MoveWorkqueues&) {
        sets |= path.starts_with(kWorkqueueFolder);
    });
    for_each_action<MoveInterrupts>(changes, [&](const MoveInterrupts&) {
        sets |= path == kDefaultAffinityPath;
    });
    for_each_action<LoadModule>(changes, [&](const LoadModule& one) {
        for (const std::string& option : one.options) {
            sets |= module_parameter_path(one.name, option.substr(0, option.find('='))) == path;
        }
    });
    return sets;
}

}  // namespace

ActionResult restore_file(const NodeHands& hands, const RecordedFile& file) {
    const auto now = hands.tree.read(file.path);
    const auto original =
        file.original ? std::optional(file.original->content) : std::optional<std::string>();
    std::error_code problem;
    const bool is_link =
        std::filesystem::is_symlink(hands.tree.at(file.path), problem) && !original;
    if ((now == original || !now) && !is_link) {
        return {file.path, Outcome::unchanged, "", ""};
    }
    if (!is_link && !file.is_ours(now)) {
        return {
            file.path,
            Outcome::failed,
            "somebody has changed it since; it is left as it is",
            "compare it with what was there before, in " + kRecordPath};
    }
    const std::string folder = std::filesystem::path(file.path).parent_path();
    if (original) {
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

ActionResult restore_value(const NodeHands& hands, const RecordedSetting& value) {
    const auto now = hands.tree.read(value.path);
    if (!now || trim(*now) == value.before) {
        return {value.path, Outcome::unchanged, "", ""};
    }
    const int problem = write_kernel_file(hands.tree, value.path, value.before);
    if (problem == ENOENT || problem == ENODEV) {
        return {value.path, Outcome::unchanged, "gone", ""};
    }
    if (problem != 0) {
        const Error error = write_error("writing to", value.path, problem);
        return {value.path, Outcome::failed, error.message(), error.hint()};
    }
    return {value.path, Outcome::changed, "as before", ""};
}

ActionResults restore_files_of_other_plans(const NodeHands& hands, const PlannedChanges& changes) {
    const RecordedChanges recorded = gather_changes(hands.record.entries(), boot_id(hands.tree));
    const std::set<std::string> wanted = wanted_files(changes);
    ActionResults results;
    for (auto file = recorded.files.rbegin(); file != recorded.files.rend(); ++file) {
        if (!of_other_plan(file->plan, changes) || wanted.contains(file->path) ||
            file->path == kAppliedPath || is_boot_file(hands.tree, file->path)) {
            continue;
        }
        try {
            ActionResult result = restore_file(hands, *file);
            if (result.outcome == Outcome::failed) {
                result.outcome = Outcome::skipped;
                result.detail = "this plan does not want it, but " + result.detail;
            } else {
                forget(hands, file->path, ChangeRecord::Survive::power_cut);
            }
            results.push_back(std::move(result));
        } catch (const Error& error) {
            results.push_back({file->path, Outcome::failed, error.message(), error.hint()});
        }
    }
    return results;
}

ActionResults restore_kernel_of_other_plans(const NodeHands& hands, const PlannedChanges& changes) {
    const RecordedChanges recorded = gather_changes(hands.record.entries(), boot_id(hands.tree));
    std::set<std::string> devices;
    for_each_action<BindDevice>(changes, [&](const BindDevice& one) {
        devices.insert(one.address);
    });
    ActionResults results;
    const auto note = [&](const std::string& path, ActionResult result) {
        if (result.outcome != Outcome::failed) {
            forget(hands, path, ChangeRecord::Survive::kill);
        }
        results.push_back(std::move(result));
    };
    for (const RecordedSetting& device : recorded.bindings) {
        if (of_other_plan(device.plan, changes) && !devices.contains(device.path)) {
            note(device.path, release_device(hands, device.path));
        }
    }
    for (auto value = recorded.values.rbegin(); value != recorded.values.rend(); ++value) {
        if (of_other_plan(value->plan, changes) && !sets_exactly(changes, value->path)) {
            note(value->path, restore_value(hands, *value));
        }
    }
    return results;
}

}  // namespace kiln::node
