#pragma once

#include "cli/command.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::cli {

struct CommandEntry {
    std::string_view name;     ///< "build", "cache list"
    std::string_view summary;  ///< one line, no full stop
    std::unique_ptr<Command> (*make)();
    bool hidden = false;  ///< of use to shells and to those who work on kiln

    /// The page that tells of it: the first word of the name.
    std::string_view page() const { return name.substr(0, name.find(' ')); }
};

/// Every command, in the order in which help lists them.
const std::vector<CommandEntry>& commands();

struct FoundCommand {
    const CommandEntry* entry = nullptr;
    std::size_t words_used = 0;  ///< of the line: 2 for "cache list"
};
/// "-h", "-help" and the like.
bool asks_for_help(const std::string& word);

/// The command that `words` begin with. Throws Error of kind usage when there is none.
FoundCommand find_command(std::vector<std::string> words);

std::unique_ptr<Command> make_build();
std::unique_ptr<Command> make_validate();
std::unique_ptr<Command> make_lint();
std::unique_ptr<Command> make_fmt();
std::unique_ptr<Command> make_inspect();
std::unique_ptr<Command> make_plan();
std::unique_ptr<Command> make_plan_node();
std::unique_ptr<Command> make_policy();
std::unique_ptr<Command> make_console();
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_plugins_installed();
std::unique_ptr<Command> make_plugins_required();
std::unique_ptr<Command> make_plugins_install();
std::unique_ptr<Command> make_plugins_remove();
std::unique_ptr<Command> make_fix();
std::unique_ptr<Command> make_hcl2_upgrade();
std::unique_ptr<Command> make_cache_list();
std::unique_ptr<Command> make_cache_clear();
std::unique_ptr<Command> make_cache_path();
std::unique_ptr<Command> make_report_compare();
std::unique_ptr<Command> make_report_list();
std::unique_ptr<Command> make_report_show();
std::unique_ptr<Command> make_sbom();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_test();
std::unique_ptr<Command> make_publish();
std::unique_ptr<Command> make_fetch();
std::unique_ptr<Command> make_image_list();
std::unique_ptr<Command> make_image_show();
std::unique_ptr<Command> make_image_history();
std::unique_ptr<Command> make_image_tag();
std::unique_ptr<Command> make_image_share();
std::unique_ptr<Command> make_image_deprecate();
std::unique_ptr<Command> make_image_disable();
std::unique_ptr<Command> make_image_copy();
std::unique_ptr<Command> make_image_add_disk();
std::unique_ptr<Command> make_image_costs();
std::unique_ptr<Command> make_image_rm();
std::unique_ptr<Command> make_image_restore();
std::unique_ptr<Command> make_image_prune();
std::unique_ptr<Command> make_snapshot_list();
std::unique_ptr<Command> make_snapshot_of();
std::unique_ptr<Command> make_snapshot_rm();
std::unique_ptr<Command> make_sweep();
std::unique_ptr<Command> make_version();
std::unique_ptr<Command> make_help();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_completion_names();
std::unique_ptr<Command> make_docs_options();
std::unique_ptr<Command> make_docs_lint();

}  // namespace kiln::cli
