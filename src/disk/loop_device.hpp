#pragma once

#include "sys/unique_fd.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace kiln::disk {

/// A loop device over a part of a file. It is set to clear itself: when this object, every mount
/// of it and every process that has it open are gone, it is free again, however they ended.
class LoopDevice {
public:
    enum class Access { read_write, read_only };

    /// Throws kiln::Error: permission without root, unsupported without loop devices.
    LoopDevice(
        const std::filesystem::path& file,
        std::int64_t offset_bytes,
        std::int64_t size_bytes,
        Access access = Access::read_write
    );

    const std::string& path() const { return path_; }  ///< "/dev/loop7"

private:
    sys::UniqueFd fd_;
    std::string path_;
};

}  // namespace kiln::disk
