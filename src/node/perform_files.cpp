#include "base/strings.hpp"
#include "node/durable_write.hpp"
#include "node/perform.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::node {

namespace {

std::string folder_of(const std::string& path) {
    return std::filesystem::path(path).parent_path();
}

/// The line `name=value`, in place of the last line that assigns `name`.
std::string with_assignment(const std::string& text, const SetAssignment& action) {
    const std::string ours = action.name + "=" + action.value;
    std::vector<std::string> lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) {
        lines.pop_back();
    }
    const auto line = std::find_if(lines.rbegin(), lines.rend(), [&](const std::string& one) {
        return trim(one).starts_with(action.name + "=");
    });
    if (line == lines.rend()) {
        lines.push_back(ours);
    } else {
        *line = ours;
    }
    return join(lines, "\n") + "\n";
}

std::vector<ChangeEntry> entries_for(
    const NodeHands& hands, const std::vector<const FileEdit*>& edits
) {
    std::vector<ChangeEntry> entries;
    for (const FileEdit* edit : edits) {
        if (!hands.record.knows(edit->path)) {
            entries.push_back(original_of(hands.tree, edit->path));
        }
        entries.push_back({ChangeEntry::Kind::wrote, edit->path, edit->content, 0, 0, 0});
    }
    return entries;
}

}  // namespace

ChangeEntry original_of(const NodeTree& tree, const std::string& path) {
    struct stat status {};
    const auto content = tree.read(path);
    if (!content || ::stat(tree.at(path).c_str(), &status) != 0) {
        return {ChangeEntry::Kind::absent, path, "", 0, 0, 0};
    }
    return {
        ChangeEntry::Kind::original,
        path,
        *content,
        status.st_mode & 07777U,
        status.st_uid,
        status.st_gid};
}

bool any_failed(const ActionResults& results) {
    return std::any_of(results.begin(), results.end(), [](const ActionResult& result) {
        return result.outcome == Outcome::failed;
    });
}

std::string name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::unchanged:
            return "unchanged";
        case Outcome::changed:
            return "changed";
        case Outcome::after_reboot:
            return "after reboot";
        case Outcome::not_here:
            return "not here";
        case Outcome::skipped:
            return "skipped";
        case Outcome::failed:
            break;
    }
    return "failed";
}

std::vector<FileEdit> file_edits(const NodeTree& tree, const std::vector<NodeAction>& actions) {
    std::vector<FileEdit> edits;
    const auto text_now = [&](const std::string& path) {
        const auto edit = std::find_if(edits.rbegin(), edits.rend(), [&](const FileEdit& one) {
            return one.path == path;
        });
        return edit != edits.rend() ? edit->content : tree.read(path).value_or("");
    };
    for (const NodeAction& action : actions) {
        if (const auto* file = std::get_if<WriteFile>(&action)) {
            edits.push_back({file->path, file->content, file->mode});
        } else if (const auto* line = std::get_if<SetAssignment>(&action)) {
            edits.push_back({line->path, with_assignment(text_now(line->path), *line)});
        }
    }
    return edits;
}

ActionResults write_files(const NodeHands& hands, const std::vector<FileEdit>& edits) {
    ActionResults results;
    std::vector<const FileEdit*> differing;
    std::set<std::string> folders;
    for (const FileEdit& edit : edits) {
        if (hands.tree.read(edit.path) == edit.content) {
            results.push_back({edit.path, Outcome::unchanged, "", ""});
        } else {
            differing.push_back(&edit);
        }
    }
    std::string at;
    try {
        at = kRecordPath;
        hands.record.append(entries_for(hands, differing));
        for (const FileEdit* edit : differing) {
            at = edit->path;
            const bool is_new = !hands.tree.exists(edit->path);
            make_folders(hands.tree, folder_of(edit->path));
            replace_file(
                hands.tree,
                edit->path,
                edit->content,
                is_new ? std::optional(FileOwner{edit->mode, ::geteuid(), ::getegid()})
                       : std::nullopt
            );
            folders.insert(hands.tree.resolved(edit->path).parent_path());
            results.push_back({edit->path, Outcome::changed, "", ""});
        }
        const NodeTree host;
        for (const std::string& folder : folders) {
            at = folder;
            sync_folder(host, folder);
        }
    } catch (const Error& error) {
        results.push_back({at, Outcome::failed, error.message(), error.hint()});
    }
    return results;
}

ActionResults make_links(const NodeHands& hands, const std::vector<NodeAction>& actions) {
    ActionResults results;
    for (const NodeAction& action : actions) {
        const auto* link = std::get_if<MakeLink>(&action);
        if (link == nullptr) {
            continue;
        }
        const std::filesystem::path path = hands.tree.at(link->path);
        std::error_code problem;
        if (std::filesystem::read_symlink(path, problem) == link->target) {
            results.push_back({link->path, Outcome::unchanged, "", ""});
            continue;
        }
        try {
            if (!hands.record.knows(link->path)) {
                hands.record.append({{ChangeEntry::Kind::absent, link->path, "", 0, 0, 0}});
            }
            make_folders(hands.tree, folder_of(link->path));
            remove_file(hands.tree, link->path);
            if (::symlink(link->target.c_str(), path.c_str()) != 0) {
                throw write_error("making symlink", link->path, errno);
            }
            sync_folder(hands.tree, folder_of(link->path));
            results.push_back({link->path, Outcome::changed, "-> " + link->target, ""});
        } catch (const Error& error) {
            results.push_back({link->path, Outcome::failed, error.message(), error.hint()});
        }
    }
    return results;
}

}  // namespace kiln::node
