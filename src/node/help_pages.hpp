#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kiln::node {

struct HelpPage {
    std::string name;
    std::string text;
};
/// docs/man/kiln-node.md, made by cmake/EmbedPages.cmake.
const std::vector<HelpPage>& help_pages();

/// The page's section about a command.
std::string help_page(std::string_view command);

}  // namespace kiln::node
