#include "node/boot_line.hpp"

#include "base/strings.hpp"
#include "node/durable_write.hpp"
#include "node/restore.hpp"
#include "node/run_program.hpp"

#include <algorithm>

namespace kiln::node {

namespace {

/// What files can not say: images that hold their command line inside.
ActionResults rebuild_boot_images(const NodeTree& tree, const BootEdits& edits) {
    ActionResults results;
    for (const std::string& note : edits.notes) {
        results.push_back({"boot loader", Outcome::failed, note, ""});
    }
    if (tree.is_live()) {
        for (const auto& command : edits.commands) {
            results.push_back(run_node_program(command));
        }
    }
    return results;
}

/// All words that former plans may have left on a line.
std::vector<std::string> words_of(const Applied& former) {
    std::vector<std::string> words = former.kernel.set;
    words.insert(words.end(), former.retired.begin(), former.retired.end());
    return words;
}

/// Words of former plans under keys that `change` leaves alone: nothing else replaces them.
std::vector<std::string> leftover_words(
    const KernelArgumentChange& change, const std::optional<Applied>& former
) {
    std::vector<std::string> words;
    if (former) {
        words = words_of(*former);
    }
    std::erase_if(words, [&](const std::string& word) {
        return std::any_of(change.set.begin(), change.set.end(), [&](const std::string& ours) {
            return kernel_argument_key(ours) == kernel_argument_key(word);
        });
    });
    return words;
}

/// An entry that came with a new kernel has former plans' words on its line, and kiln-node has not
/// written it yet. Its original is what it would be without them: undo puts that back.
void record_clean_originals(
    const NodeHands& hands, const std::vector<FileEdit>& edits, const std::optional<Applied>& former
) {
    if (!former || former->kernel.set.empty()) {
        return;
    }
    const auto has_all = [&](const std::string& path) {
        const std::string text = hands.tree.read(path).value_or("");
        return std::all_of(
            former->kernel.set.begin(),
            former->kernel.set.end(),
            [&](const std::string& word) { return text.find(word) != std::string::npos; }
        );
    };
    const KernelArgumentChange change{.set = {}, .remove = words_of(*former)};
    for (const FileEdit& clean :
         plan_boot_edits(hands.tree, read_boot_configuration(hands.tree), change).files) {
        const bool is_written = std::any_of(edits.begin(), edits.end(), [&](const FileEdit& edit) {
            return edit.path == clean.path && hands.tree.read(edit.path) != edit.content;
        });
        if (is_written && has_all(clean.path) && !hands.record.knows(clean.path)) {
            ChangeEntry entry = original_of(hands.tree, clean.path);
            entry.content = clean.content;
            hands.record.append({entry});
        }
    }
}

/// The texts of the boot files as they would be without kiln-node.
FileTexts boot_files_before(
    const NodeHands& hands,
    const std::vector<RecordedFile>& recorded,
    const std::vector<std::string>& leftover
) {
    FileTexts texts;
    for (const RecordedFile& file : recorded) {
        if (is_boot_file(hands.tree, file.path) && file.is_ours(hands.tree.read(file.path))) {
            texts[file.path] = file.original ? std::optional(file.original->content) : std::nullopt;
        }
    }
    if (leftover.empty()) {
        return texts;
    }
    const NodeTree before = hands.tree.seen_with(texts);
    const KernelArgumentChange change{.set = {}, .remove = leftover};
    for (FileEdit& edit : plan_boot_edits(before, read_boot_configuration(before), change).files) {
        if (!texts.contains(edit.path)) {
            texts[edit.path] = std::move(edit.content);
        }
    }
    return texts;
}

/// The line from which what boots next comes, in a tree that shows it without kiln-node.
std::string next_line(const BootConfiguration& configuration) {
    if (configuration.loader == BootLoader::uki) {
        return configuration.sources.empty() ? "" : configuration.sources.front().line;
    }
    for (const BootMenuEntry& entry : configuration.entries) {
        if (entry.is_default) {
            return entry.line;
        }
    }
    return {};
}

ActionResults put_boot_files(
    const NodeHands& hands,
    const std::vector<RecordedFile>& recorded,
    FileTexts before,
    std::vector<FileEdit> edits
) {
    for (const FileEdit& edit : edits) {
        before.erase(edit.path);
    }
    std::vector<const RecordedFile*> goes;
    for (const auto& [path, text] : before) {
        if (text) {
            edits.push_back({path, *text});
        }
    }
    for (const RecordedFile& file : recorded) {
        const auto found = before.find(file.path);
        if (found != before.end() && !found->second) {
            goes.push_back(&file);
        }
    }
    ActionResults results = write_files(hands, edits);
    for (const RecordedFile* file : goes) {
        if (!any_failed(results)) {
            results.push_back(restore_file(hands, *file));
        }
    }
    return results;
}

}  // namespace

bool is_boot_file(const NodeTree& tree, const std::string& path) {
    const BootConfiguration configuration = read_boot_configuration(tree);
    const auto same = [&](const auto& one) { return one.file == path; };
    return path.starts_with("/etc/default/grub") || path.starts_with("/boot/") ||
           path.starts_with("/efi/") || path == "/etc/kernel/cmdline" ||
           std::any_of(configuration.entries.begin(), configuration.entries.end(), same) ||
           std::any_of(configuration.sources.begin(), configuration.sources.end(), same);
}

BootLineReport write_boot_line(
    const NodeHands& hands, const KernelArgumentChange& change, const std::optional<Applied>& former
) {
    BootLineReport report;
    const RecordedChanges recorded = gather_changes(hands.record.entries(), boot_id(hands.tree));
    std::vector<std::string> leftover = leftover_words(change, former);
    const bool was_there =
        std::any_of(recorded.files.begin(), recorded.files.end(), [&](const RecordedFile& file) {
            return is_boot_file(hands.tree, file.path);
        });
    if (change.set.empty() && change.remove.empty() && leftover.empty() && !was_there) {
        report.next_boot_is_right = true;
        return report;
    }
    try {
        const FileTexts texts = boot_files_before(hands, recorded.files, leftover);
        const NodeTree before = hands.tree.seen_with(texts);
        const BootConfiguration configuration = read_boot_configuration(before);
        // What was on the line before kiln-node stays there.
        const std::vector<std::string> own = split_kernel_line(next_line(configuration));
        std::erase_if(leftover, [&](const std::string& word) {
            return std::find(own.begin(), own.end(), word) != own.end();
        });
        report.retired = leftover;
        // Texts start from what was there before; an image holds what it was last built with.
        const KernelArgumentChange whole =
            configuration.loader == BootLoader::uki ? with_retired(change, leftover) : change;
        BootEdits edits = plan_boot_edits(before, configuration, whole);
        record_clean_originals(hands, edits.files, former);
        report.results = put_boot_files(hands, recorded.files, texts, std::move(edits.files));
        if (!any_failed(report.results)) {
            const ActionResults rebuilt = rebuild_boot_images(hands.tree, edits);
            report.results.insert(report.results.end(), rebuilt.begin(), rebuilt.end());
        }
        const auto problems = boot_line_problems(read_boot_configuration(hands.tree), whole);
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
    return report;
}

ActionResults take_out_of_boot_lines(
    const NodeHands& hands, const Applied& applied, const std::vector<RecordedFile>& restored
) {
    const BootConfiguration configuration = read_boot_configuration(hands.tree);
    KernelArgumentChange without_ours{.set = {}, .remove = applied.kernel.set};
    without_ours = with_retired(std::move(without_ours), applied.retired);
    if (without_ours.remove.empty() || configuration.entries.empty()) {
        return {};
    }
    BootEdits planned = plan_boot_edits(hands.tree, configuration, without_ours);
    std::erase_if(planned.files, [&](const FileEdit& edit) {
        return std::any_of(restored.begin(), restored.end(), [&](const RecordedFile& file) {
            return file.path == edit.path && file.original &&
                   hands.tree.read(edit.path) == file.original->content;
        });
    });
    ActionResults results;
    for (const FileEdit& edit : planned.files) {
        replace_file(hands.tree, edit.path, edit.content);
        sync_folder(hands.tree, std::filesystem::path(edit.path).parent_path());
        results.push_back({edit.path, Outcome::changed, "our arguments taken out", ""});
    }
    const ActionResults rebuilt = rebuild_boot_images(hands.tree, planned);
    results.insert(results.end(), rebuilt.begin(), rebuilt.end());
    return results;
}

}  // namespace kiln::node
