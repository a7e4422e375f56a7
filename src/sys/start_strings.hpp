#pragma once

#include <cstddef>

namespace kiln::sys {

/// Where the kernel put the arguments and the environment of this process, which anyone who sees
/// the process can read in /proc (proc(5), stat, fields 48 to 51).
struct StartStrings {
    char* arguments = nullptr;
    std::size_t arguments_size = 0;
    char* environment = nullptr;
    std::size_t environment_size = 0;
};

/// All zero when /proc does not tell.
StartStrings find_start_strings();

/// Overwrites them, for a forked child that lives on: `title` becomes its command line. Touches
/// memory only.
void erase_start_strings(const StartStrings& strings, const char* title);

}  // namespace kiln::sys
