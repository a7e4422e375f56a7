#include "cli/help_pages.hpp"

#include "base/error.hpp"

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

}  // namespace kiln::cli
