#pragma once

#include "disk/disk_plan.hpp"
#include "disk/layer_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::disk {

struct EspFile {
    std::string path;  ///< below the ESP's root, with slashes: "EFI/BOOT/BOOTX64.EFI"
    std::string bytes;
};

/// GRUB's first stages for the BIOS, as its own tools made them.
struct BiosBoot {
    std::string boot_image;  ///< boot.img, 512 bytes
    std::string core_image;  ///< core.img, made by grub-mkimage -O i386-pc
};

/// A raw disk that `assemble_disk` made earlier from an equal layout and the first layers.
struct StartingDisk {
    std::filesystem::path image;
    std::size_t layer_count = 0;
};

/// What goes onto the main disk.
struct DiskSources {
    std::vector<LayerTree> layers;
    std::vector<EspFile> esp_files;
    std::optional<BiosBoot> bios_boot;
    std::optional<StartingDisk> start_from;  ///< copied, then the remaining layers are applied
};

struct AssembleControl {
    std::stop_token stop;
    /// Called on the calling thread. Without a total (0) only the bytes done are known.
    std::function<void(std::int64_t bytes_done, std::int64_t bytes_total)> on_progress;
    std::int64_t content_bytes = 0;  ///< sum of the layers' ContentSize, for the total
};

/// Makes a raw, sparse disk image at `output` (replaced when it exists) and leaves nothing behind
/// on failure. To keep the disk of a prefix of the chain, assemble the first layers with no boot
/// files to a place of its own and name it in `start_from` later: the bytes are the same as
/// without it. Throws kiln::Error; when the host's disk is full, kind no_space and the path.
void assemble_disk(
    const DiskLayout& layout,
    const DiskSources& sources,
    const std::filesystem::path& output,
    sys::ProcessRunner& processes,
    const AssembleControl& control = {}
);

}  // namespace kiln::disk
