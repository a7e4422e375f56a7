#pragma once

#include "sys/data_ranges.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::disk {

/// The stretches of a file of `size` bytes between long runs of zeros, by what the file holds and
/// not by where the host's file system has holes. Reads the file, except for its holes. `shown`
/// names it in errors. Throws kiln::Error.
std::vector<sys::DataRange> ranges_between_zeros(
    int fd, std::int64_t size, const std::string& shown
);

}  // namespace kiln::disk
