#pragma once

#include <string>

namespace kiln::node {

/// A PE file with a .cmdline section and nothing else.
inline std::string uki(const std::string& line) {
    std::string file(0x40 + 24 + 40, '\0');
    file.replace(0, 2, "MZ");
    file[0x3c] = 0x40;
    file.replace(0x40, 2, "PE");
    file[0x46] = 1;
    file.replace(0x58, 8, ".cmdline");
    file[0x58 + 8] = file[0x58 + 16] = static_cast<char>(line.size());
    file[0x58 + 20] = static_cast<char>(file.size());
    return file + line;
}

}  // namespace kiln::node
