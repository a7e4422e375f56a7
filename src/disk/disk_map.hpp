#pragma once

#include "disk/disk_file.hpp"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::disk {

/// Where an image of that format (as qemu-img calls it: "qcow2", "vmdk", ...) has its bytes, by
/// `qemu-img map`. Nothing when they do not lie in the file as they are: they are compressed, or in
/// another file (a backing image, an extent of its own). Throws Error when the image is damaged.
std::optional<DiskMap> map_disk(
    const std::filesystem::path& image,
    const std::string& format,
    sys::ProcessRunner& processes,
    std::stop_token stop
);

/// What `qemu-img map --output=json` writes, as above. Throws Error{input} for anything else.
std::optional<DiskMap> read_disk_map(const std::string& json);

}  // namespace kiln::disk
