#pragma once

#include "base/error.hpp"

#include <ext2fs/ext2fs.h>
#include <string>

namespace kiln::disk {

/// What libext2fs answered, as an Error: its own codes become no_space or io, errno values keep
/// their kind.
Error ext2_error(errcode_t code, const std::string& attempted);

/// Throws what `code` means unless it is 0.
template <typename Text>
void check_ext2(errcode_t code, const Text& attempted) {
    if (code != 0) {
        throw ext2_error(code, attempted);
    }
}

}  // namespace kiln::disk
