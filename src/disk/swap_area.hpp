#pragma once

#include "disk/file_system.hpp"

#include <cstdint>
#include <string>

namespace kiln::disk {

/// The first page of a swap area of `size_bytes`, as mkswap writes it. Pure.
std::string encode_swap_header(const FileSystem& file_system, std::int64_t size_bytes);

}  // namespace kiln::disk
