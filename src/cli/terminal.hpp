#pragma once

#include <cstddef>

namespace kiln::cli {

bool is_terminal(int descriptor);

/// Columns of the terminal on standard output; 80 when it does not tell.
std::size_t terminal_columns();

}  // namespace kiln::cli
