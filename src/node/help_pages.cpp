#include "node/help_pages.hpp"

namespace kiln::node {

std::string help_page(std::string_view command) {
    const std::string& text = help_pages().front().text;
    const std::string heading = "## " + std::string(command) + "\n";
    const std::size_t begin = text.find("\n" + heading);
    if (begin == std::string::npos) {
        return text;
    }
    const std::size_t end = text.find("\n## ", begin + 1);
    return "# kiln-node " + std::string(command) + "\n" +
           text.substr(begin + 1 + heading.size(), end - begin - 1 - heading.size()) +
           (end == std::string::npos ? "" : "\n");
}

}  // namespace kiln::node
