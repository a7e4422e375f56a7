#pragma once

#include <cstddef>
#include <string>

namespace kiln::lint::shell {

/// One word, quotes and backslashes removed. Expansions stay as they are written: "${A}/b",
/// "$(uname -r)". Offsets are bytes of the script's text.
struct Word {
    std::string text;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool quoted = false;   ///< some of it stands in quotes
    bool expands = false;  ///< holds an expansion, so that what is run may differ
};

}  // namespace kiln::lint::shell
