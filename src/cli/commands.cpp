#include "cli/commands.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <string>
#include <vector>

namespace kiln::cli {

const std::vector<CommandEntry>& commands() {
    static const std::vector<CommandEntry> list = {
        {"build", "build the images that a template describes", make_build},
        {"validate", "check a template without building it", make_validate},
        {"lint", "look for traps in a template and its scripts", make_lint},
        {"inspect", "show a template's variables, builds and steps", make_inspect},
        {"fmt", "lay templates out in the one style", make_fmt},
        {"console", "try expressions and see their values", make_console},
        {"fix", "bring an old JSON template up to date", make_fix},
        {"hcl2_upgrade", "write a JSON template as HCL2", make_hcl2_upgrade},
        {"init", "check that kiln has the plugins a template requires", make_init},
        {"plugins installed", "list the plugins that are built in", make_plugins_installed},
        {"plugins required", "list the plugins that a template requires", make_plugins_required},
        {"plugins install", "check that a plugin is built in", make_plugins_install},
        {"plugins remove", "refused: plugins are built in", make_plugins_remove},
        {"plan", "show what a build would do, every option decided", make_plan},
        {"plan-node", "show how a node of an instance type would be tuned", make_plan_node},
        {"policy", "print the IAM policy that a template's EC2 builds need", make_policy},
        {"cache list", "show what the cache holds", make_cache_list},
        {"cache clear", "empty the cache", make_cache_clear},
        {"cache path", "print where the cache is", make_cache_path},
        {"report list", "show the runs on record", make_report_list},
        {"report show", "print where a run's report is, or open it", make_report_show},
        {"report compare",
         "show what took longer, and what changed, between two runs",
         make_report_compare},
        {"sbom", "write the software bill of materials of an image", make_sbom},
        {"diff", "show what differs between two images", make_diff},
        {"test", "prove an image by its files, without booting it", make_test},
        {"publish", "make an AMI of disk images, without an instance", make_publish},
        {"fetch", "write the disk of an AMI or a snapshot to a file", make_fetch},
        {"image list", "list the account's AMIs of all regions", make_image_list},
        {"image show", "show all about an AMI, and what uses it", make_image_show},
        {"image history", "show what was released, when, why and for whom", make_image_history},
        {"image tag", "set and remove tags of an AMI, its snapshots and copies", make_image_tag},
        {"image share", "let other accounts launch an AMI", make_image_share},
        {"image deprecate", "give an AMI an end, or take it back", make_image_deprecate},
        {"image disable", "keep an AMI from being launched, or allow it again", make_image_disable},
        {"image copy", "copy an AMI to other regions", make_image_copy},
        {"image add-disk", "make an AMI of another one and further disks", make_image_add_disk},
        {"image costs", "show what AMIs cost a month, block by block", make_image_costs},
        {"image rm", "remove AMIs with all their snapshots, in every region", make_image_rm},
        {"image restore", "bring a removed AMI back from the Recycle Bin", make_image_restore},
        {"image prune", "remove the AMIs that a policy does not keep", make_image_prune},
        {"snapshot list", "list the account's snapshots, and what each is for", make_snapshot_list},
        {"snapshot of", "list the snapshots of an AMI", make_snapshot_of},
        {"snapshot rm", "remove snapshots that no AMI needs", make_snapshot_rm},
        {"sweep", "remove what a killed build left behind", make_sweep},
        {"version", "print the version", make_version},
        {"help", "show the page of a command", make_help},
        // In front of "completion", which would take "names" for a shell.
        {"completion names", "print what -only may name on a line", make_completion_names, true},
        {"completion", "print completions for bash, zsh or fish", make_completion},
        {"docs options", "write the reference of all options to a folder", make_docs_options, true},
        {"docs lint", "print the index of kiln lint's rules", make_docs_lint, true},
    };
    return list;
}

namespace {

/// The second words of commands that begin with `first`: "list", "clear", "path".
std::vector<std::string> verbs_of(std::string_view first) {
    std::vector<std::string> verbs;
    for (const CommandEntry& entry : commands()) {
        if (entry.page() == first && entry.name != first) {
            verbs.emplace_back(entry.name.substr(first.size() + 1));
        }
    }
    return verbs;
}

std::vector<std::string> first_words() {
    std::vector<std::string> words;
    for (const CommandEntry& entry : commands()) {
        if (!entry.hidden && (words.empty() || words.back() != entry.page())) {
            words.emplace_back(entry.page());
        }
    }
    return words;
}

Error no_such_command(const std::vector<std::string>& words) {
    const std::vector<std::string> verbs = verbs_of(words[0]);
    if (!verbs.empty()) {
        return Error(ErrorKind::usage, "kiln " + words[0] + " needs one of: " + join(verbs, ", "));
    }
    Error error(ErrorKind::usage, "kiln has no command \"" + words[0] + "\"");
    const std::string meant = did_you_mean_hint(words[0], first_words());
    error.set_hint(meant.empty() ? "see kiln --help" : meant);
    return error;
}

}  // namespace

bool asks_for_help(const std::string& word) {
    return word == "-h" || word == "-help" || word == "--help";
}

FoundCommand find_command(std::vector<std::string> words) {
    if (words[0] == "plugin") {  // Packer's other name for it
        words[0] = "plugins";
    }
    const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
    for (const CommandEntry& entry : commands()) {
        if (entry.name == words[0]) {
            return {&entry, 1};
        }
        if (entry.name == two) {
            return {&entry, 2};
        }
        // Commands that share their first word share a page.
        if (entry.page() == words[0] && words.size() > 1 && asks_for_help(words[1])) {
            return {&entry, 1};
        }
    }
    throw no_such_command(words);
}

}  // namespace kiln::cli
