#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace kiln::cli {

bool is_terminal(int descriptor) {
    return isatty(descriptor) == 1;
}

std::size_t terminal_columns() {
    struct winsize size = {};
    const bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return told ? size.ws_col : 80;
}

}  // namespace kiln::cli
