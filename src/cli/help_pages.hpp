#pragma once

#include <string_view>
#include <vector>

namespace kiln::cli {

struct HelpPage {
    std::string_view name;  ///< "build"; "" is the page of kiln itself
    std::string_view text;
};

/// The pages of docs/man, embedded by the build.
const std::vector<HelpPage>& help_pages();

/// The pages of docs/lint, by rule, embedded too.
const std::vector<HelpPage>& lint_pages();

/// These throw Error of kind usage when there is no page of that name.
std::string_view help_page(std::string_view name);
std::string_view lint_page(std::string_view rule);

}  // namespace kiln::cli
