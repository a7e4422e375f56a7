#pragma once

#include "sys/unique_fd.hpp"

#include <cstdint>
#include <filesystem>

namespace kiln::disk {

/// Turns ranges of a file into zeros, as holes where the file system can.
class HolePuncher {
public:
    explicit HolePuncher(const std::filesystem::path& file);

    /// Throws kiln::Error. The file keeps its size.
    void punch(std::int64_t offset_bytes, std::int64_t size_bytes);

private:
    std::filesystem::path path_;
    sys::UniqueFd fd_;
};

}  // namespace kiln::disk
