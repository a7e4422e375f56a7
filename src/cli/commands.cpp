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
    }
    throw no_such_command(words);
}

}  // namespace kiln::cli
