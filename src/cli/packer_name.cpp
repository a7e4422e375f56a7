#include "cli/packer_name.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/help_pages.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

/// Scripts look for the first line and for the names below it.
std::string packer_usage() {
    std::string text =
        "Usage: packer [--version] [--help] <command> [<args>]\n\nAvailable commands are:\n";
    std::string_view last;
    for (const CommandEntry& entry : commands()) {
        if (!entry.hidden && entry.page() != last) {
            last = entry.page();
            text += fmt::format("    {:<15} {}\n", entry.page(), entry.summary);
        }
    }
    return text;
}

}  // namespace

bool is_packer(const std::string& called) {
    return base_name(called) == "packer";
}

bool is_command(const std::vector<std::string>& words) {
    try {
        find_command(words);
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::string page_for(const Session& session, std::string_view name) {
    if (!session.as_packer) {
        return std::string(help_page(name));
    }
    if (name.empty()) {
        return packer_usage();
    }
    const std::string command(name);
    return replace_all(std::string(help_page(name)), "kiln " + command, "packer " + command);
}

}  // namespace kiln::cli
