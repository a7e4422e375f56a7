#include "disk/ext2_library.hpp"

#include <cerrno>
#include <mutex>

namespace kiln::disk {
namespace {

// com_err keeps the low 8 bits of a code for the place in a table; what has no more is an errno.
constexpr errcode_t kFirstTableCode = 256;

std::string library_message(errcode_t code) {
    static std::once_flag tables_are_known;
    std::call_once(tables_are_known, [] { initialize_ext2_error_table(); });
    return error_message(code);
}

}  // namespace

Error ext2_error(errcode_t code, const std::string& attempted) {
    if (code > 0 && code < kFirstTableCode) {
        return system_error(attempted, static_cast<int>(code));
    }
    if (code == EXT2_ET_SHORT_WRITE) {
        // A write to a file takes less than was given when the disk is full to the byte.
        return system_error(attempted, ENOSPC);
    }
    const bool full = code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_INODE_ALLOC_FAIL;
    return Error(
        full ? ErrorKind::no_space : ErrorKind::io, attempted + ": " + library_message(code)
    );
}

}  // namespace kiln::disk
