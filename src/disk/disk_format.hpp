#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::disk {

enum class DiskFormat { raw, qcow2, vmdk, vhd };

/// "raw", "qcow2", "vmdk", "vhd": the template's word, and the file's extension.
std::string to_string(DiskFormat format);

/// What qemu-img calls the format of an image, by its first 512 bytes: "qcow2", "vmdk", "vpc" (a
/// vhd), "vhdx"; "" for a raw one. A vhd of fixed size has its magic in its last 512 bytes alone,
/// and is a raw image up to there; with `end` left out it counts as one.
std::string qemu_format_of(std::string_view start, std::string_view end = {});

/// Converts an image of that format to a raw one with qemu-img; holes stay holes.
void convert_to_raw(
    const std::filesystem::path& image,
    const std::string& format,
    const std::filesystem::path& output,
    sys::ProcessRunner& processes,
    std::stop_token stop
);

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
