#include "disk/assemble.hpp"

#include "base/error.hpp"
#include "disk/bios_boot.hpp"
#include "disk/ext4_image.hpp"
#include "disk/fat_image.hpp"
#include "disk/gpt.hpp"
#include "disk/image_file.hpp"
#include "disk/partial_file.hpp"
#include "disk/sparse_copy.hpp"
#include "disk/swap_area.hpp"
#include "disk/xfs_image.hpp"

#include <utility>

namespace kiln::disk {
namespace {

constexpr std::size_t kMbrBytes = 512;

bool can_hold_layers(const FileSystem& file_system) {
    const bool has_owners =
        file_system.type == FileSystemType::ext4 || file_system.type == FileSystemType::xfs;
    return has_owners && !file_system.mount_point.empty();
}

Ext4Geometry ext4_geometry(const DiskLayout& layout, const Partition& partition) {
    return {
        .offset_bytes = partition.offset_bytes,
        .size_bytes = partition.size_bytes,
        .uuid = partition.file_system.uuid,
        .hash_seed = partition.file_system.hash_seed,
        .label = partition.file_system.label,
        .inode_count = partition.file_system.inode_count,
        .fixed_time = layout.source_date_epoch};
}

class Assembly {
public:
    Assembly(
        const DiskLayout& layout,
        const DiskSources& sources,
        const std::filesystem::path& image,
        sys::ProcessRunner& processes,
        const AssembleControl& control
    )
        : layout_(layout),
          sources_(sources),
          image_(image),
          processes_(processes),
          control_(control),
          write_{control.stop, [this](std::int64_t bytes) { report(bytes); }} {}

    void make_empty_disk();
    void copy_starting_disk();
    void apply_layers();
    void write_boot_files();
    void write_partition_table();

private:
    void make_file_system(const Partition& partition);
    void fill(const Partition& partition);
    TreeSelection selection(const Partition& partition) const;
    std::vector<LayerTree> layers_to_apply() const;
    void report(std::int64_t bytes);

    const DiskLayout& layout_;
    const DiskSources& sources_;
    const std::filesystem::path& image_;
    sys::ProcessRunner& processes_;
    const AssembleControl& control_;
    WriteControl write_;
    std::int64_t bytes_done_ = 0;
    std::int64_t bytes_copied_ = 0;
};

void Assembly::report(std::int64_t bytes) {
    bytes_done_ += bytes;
    if (control_.on_progress) {
        const std::int64_t total =
            control_.content_bytes > 0 ? bytes_copied_ + control_.content_bytes : 0;
        control_.on_progress(bytes_done_, total);
    }
}

void Assembly::make_empty_disk() {
    ImageFile::create(image_, layout_.size_bytes);
    for (const Partition& partition : layout_.partitions) {
        make_file_system(partition);
    }
}

void Assembly::make_file_system(const Partition& partition) {
    switch (partition.file_system.type) {
        case FileSystemType::none:
            break;
        case FileSystemType::ext4:
            create_ext4(image_, ext4_geometry(layout_, partition));
            break;
        case FileSystemType::xfs:
            create_xfs(image_, partition, processes_, control_.stop);
            break;
        case FileSystemType::fat32:
            if (partition.role != PartitionRole::esp) {  // that one is made with its files
                write_fat_image(
                    image_, partition, layout_.source_date_epoch, {}, processes_, control_.stop
                );
            }
            break;
        case FileSystemType::swap:
            ImageFile(image_).write(
                partition.offset_bytes,
                encode_swap_header(partition.file_system, partition.size_bytes)
            );
            break;
    }
}

void Assembly::copy_starting_disk() {
    sparse_copy(sources_.start_from->image, image_, {control_.stop, [this](std::int64_t bytes) {
                                                         bytes_copied_ += bytes;
                                                         report(bytes);
                                                     }});
    ImageFile image(image_);
    if (layout_.table == PartitionTable::gpt) {
        const std::string wanted = encode_gpt(layout_).primary.substr(kMbrBytes);
        if (image.size_bytes() != layout_.size_bytes ||
            image.read(kMbrBytes, wanted.size()) != wanted) {
            throw Error(
                ErrorKind::input,
                sources_.start_from->image.string() + " is not a disk of the wanted layout"
            );
        }
    }
    // Boot files may have changed since: their partitions start from nothing.
    for (const Partition& partition : layout_.partitions) {
        if (partition.role == PartitionRole::esp || partition.role == PartitionRole::bios_boot) {
            image.punch(partition.offset_bytes, partition.size_bytes);
        }
    }
}

std::vector<LayerTree> Assembly::layers_to_apply() const {
    const std::size_t done = sources_.start_from ? sources_.start_from->layer_count : 0;
    return {sources_.layers.begin() + static_cast<std::ptrdiff_t>(done), sources_.layers.end()};
}

/// What is mounted elsewhere goes there and leaves an empty directory here.
TreeSelection Assembly::selection(const Partition& partition) const {
    TreeSelection selection{.subtree = partition.file_system.mount_point, .excluded = {}};
    for (const Partition& other : layout_.partitions) {
        if (&other != &partition && can_hold_layers(other.file_system)) {
            selection.excluded.push_back(other.file_system.mount_point);
        }
    }
    return selection;
}

void Assembly::apply_layers() {
    for (const Partition& partition : layout_.partitions) {
        if (can_hold_layers(partition.file_system)) {
            try {
                fill(partition);
            } catch (Error& error) {
                error.add_context(
                    "filling the file system " + partition.file_system.mount_point + " in " +
                    image_.string()
                );
                throw;
            }
        }
    }
}

void Assembly::fill(const Partition& partition) {
    const std::vector<LayerTree> layers = layers_to_apply();
    if (partition.file_system.type == FileSystemType::xfs) {
        apply_layers_to_xfs(
            image_, partition, layout_.source_date_epoch, layers, selection(partition), write_
        );
        return;
    }
    for (const LayerTree& layer : layers) {
        apply_layer_to_ext4(
            image_, ext4_geometry(layout_, partition), layer, selection(partition), write_
        );
    }
}

void Assembly::write_boot_files() {
    if (const Partition* esp = layout_.find(PartitionRole::esp)) {
        write_fat_image(
            image_, *esp, layout_.source_date_epoch, sources_.esp_files, processes_, control_.stop
        );
    }
    const Partition* bios = layout_.find(PartitionRole::bios_boot);
    if (bios != nullptr && sources_.bios_boot) {
        const BiosBootSectors sectors =
            prepare_bios_boot(*sources_.bios_boot, bios->offset_bytes, bios->size_bytes);
        ImageFile(image_).write(bios->offset_bytes, sectors.boot_partition);
    }
}

void Assembly::write_partition_table() {
    if (layout_.table == PartitionTable::none) {
        return;
    }
    GptTables tables = encode_gpt(layout_);
    const Partition* bios = layout_.find(PartitionRole::bios_boot);
    if (bios != nullptr && sources_.bios_boot) {
        const BiosBootSectors sectors =
            prepare_bios_boot(*sources_.bios_boot, bios->offset_bytes, bios->size_bytes);
        tables.primary.replace(0, sectors.mbr_code.size(), sectors.mbr_code);
    }
    ImageFile image(image_);
    image.write(0, tables.primary);
    image.write(layout_.size_bytes - std::ssize(tables.backup), tables.backup);
}

void check_sources(const DiskLayout& layout, const DiskSources& sources) {
    if (sources.start_from && sources.start_from->layer_count > sources.layers.size()) {
        throw Error(ErrorKind::input, "the starting disk has more layers than the disk shall have");
    }
    if (sources.bios_boot && layout.find(PartitionRole::bios_boot) == nullptr) {
        throw Error(ErrorKind::input, "there is no BIOS boot partition for GRUB's core.img");
    }
    if (!sources.esp_files.empty() && layout.find(PartitionRole::esp) == nullptr) {
        throw Error(ErrorKind::input, "there is no ESP for the UEFI boot files");
    }
}

}  // namespace

void assemble_disk(
    const DiskLayout& layout,
    const DiskSources& sources,
    const std::filesystem::path& output,
    sys::ProcessRunner& processes,
    const AssembleControl& control
) {
    check_sources(layout, sources);
    PartialFile image(output);
    Assembly assembly(layout, sources, image.path(), processes, control);
    try {
        if (sources.start_from) {
            assembly.copy_starting_disk();
        } else {
            assembly.make_empty_disk();
        }
        assembly.apply_layers();
        assembly.write_boot_files();
        assembly.write_partition_table();
        // The image is whole from here on; it only lacks its name.
        image.finish();
    } catch (Error& error) {
        error.add_context("making the disk image " + output.string());
        throw;
    }
}

}  // namespace kiln::disk
