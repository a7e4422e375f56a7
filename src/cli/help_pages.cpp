#include "cli/help_pages.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <string>

namespace kiln::cli {

std::string_view help_page(std::string_view name) {
    for (const HelpPage& page : help_pages()) {
        if (page.name == name) {
            return page.text;
        }
    }
    Error error(ErrorKind::usage, "there is no page about \"" + std::string(name) + "\"");
    error.set_hint("see kiln --help");
    throw error;
}

std::string_view lint_page(std::string_view rule) {
    std::vector<std::string> names;
    for (const HelpPage& page : lint_pages()) {
        if (page.name == rule) {
            return page.text;
        }
        names.emplace_back(page.name);
    }
    Error error(ErrorKind::usage, "there is no rule \"" + std::string(rule) + "\"");
    const std::string meant = did_you_mean_hint(rule, names);
    error.set_hint(meant.empty() ? "kiln lint -list shows them" : meant);
    throw error;
}

}  // namespace kiln::cli
