#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::disk {

enum class DiskFormat { raw, qcow2, vmdk, vhd };

/// "raw", "qcow2", "vmdk", "vhd": the template's word, and the file's extension.
std::string to_string(DiskFormat format);

/// Converts a raw image with qemu-img, then removes from the result what qemu-img made up (content
/// id, UUID, time), so that equal input gives equal bytes. `seed` stands in for them. The raw image
/// stays. Leaves nothing at `output` on failure.
void convert_disk(
    const std::filesystem::path& raw_image,
    const std::filesystem::path& output,
    DiskFormat format,
    const std::string& seed,
    sys::ProcessRunner& processes,
    std::stop_token stop = {}
);

}  // namespace kiln::disk
