#pragma once

#include "disk/assemble.hpp"
#include "disk/disk_plan.hpp"
#include "execute/build_context.hpp"
#include "execute/builder/rootfs/layer_cache.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {
struct RootfsOptions;
}

namespace kiln::exec::rootfs {

/// What the disk layer must know of the options. `seed` makes the disk's UUIDs. Pure.
disk::DiskOptions disk_options(
    const plan::RootfsOptions& options,
    const std::string& architecture,
    const std::string& seed,
    std::int64_t epoch
);

/// A chain of layers as a raw disk.
struct DiskRequest {
    disk::DiskOptions disks;
    std::vector<HeldLayer> chain;
    /// So many of the first layers are likely to be the same in the next build: a disk of them is
    /// kept, and next time only the others are applied to a copy of it. 0: none is kept.
    std::size_t stable_layers = 0;
    std::vector<disk::EspFile> esp_files;
    std::optional<disk::BiosBoot> bios_boot;
};

disk::DiskLayout layout_of(const DiskRequest& request);

/// Writes the main disk to `output`.
void write_main_disk(
    const DiskRequest& request,
    LayerCache& cache,
    const std::filesystem::path& output,
    BuildContext& context
);

/// Writes the tree to `output` as a tar archive.
void write_archive(
    const DiskRequest& request, const std::filesystem::path& output, BuildContext& context
);

/// The content of a file of the tree, as the topmost layer has it. Throws Error{not_found}.
std::string read_from_chain(const std::vector<HeldLayer>& chain, const std::string& path);

}  // namespace kiln::exec::rootfs
