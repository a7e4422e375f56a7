#include "execute/builder/rootfs/disk_images.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "disk/tree_archive.hpp"
#include "plan/options/rootfs.hpp"
#include "sys/open_in_root.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::exec::rootfs {

namespace {

disk::FileSystemType file_system_type(const std::string& name) {
    if (name == "xfs") {
        return disk::FileSystemType::xfs;
    }
    return name == "ext4" ? disk::FileSystemType::ext4 : disk::FileSystemType::none;
}

template <class Options, class Place>
Options extra_options(const Place& place) {
    return {
        .name = place.name,
        .size_bytes = place.size.bytes,
        .file_system = file_system_type(place.filesystem),
        .label = place.filesystem == "none" ? "" : place.label.value_or(place.name),
        .mount_point = place.mount_point.value_or(""),
        .mount_options = place.mount_options};
}

disk::ContentSize content_of(const std::vector<HeldLayer>& chain) {
    disk::ContentSize sum;
    for (const HeldLayer& layer : chain) {
        sum += layer.record.content;
    }
    return sum;
}

void add_file_system(Digest& digest, const disk::FileSystem& file_system) {
    digest.field(disk::fstab_type(file_system.type))
        .field(file_system.label)
        .field(file_system.uuid)
        .field(file_system.hash_seed)
        .field(std::to_string(file_system.inode_count))
        .field(file_system.mount_point);
}

// What a disk of the first `count` layers depends on.
std::string disk_key(
    const disk::DiskLayout& layout, const std::vector<HeldLayer>& chain, std::size_t count
) {
    Digest digest;
    digest.field("kiln disk 1")
        .field(layout.disk_guid)
        .field(std::to_string(layout.size_bytes))
        .field(std::to_string(layout.source_date_epoch));
    for (const disk::Partition& partition : layout.partitions) {
        digest.field(partition.name)
            .field(partition.type_guid)
            .field(partition.guid)
            .field(std::to_string(partition.offset_bytes))
            .field(std::to_string(partition.size_bytes));
        add_file_system(digest, partition.file_system);
    }
    for (std::size_t i = 0; i < count; ++i) {
        digest.field(chain[i].record.id);
    }
    return digest.finish_hex().substr(0, 32);
}

std::vector<disk::LayerTree> trees_of(const std::vector<HeldLayer>& chain, std::size_t count) {
    std::vector<disk::LayerTree> trees;
    for (std::size_t i = 0; i < count; ++i) {
        trees.push_back(chain[i].tree());
    }
    return trees;
}

// A kept disk is held as long as it is copied from.
struct Start {
    HeldDisk held;
    disk::StartingDisk disk;
};

std::optional<Start> longest_kept(
    LayerCache& cache,
    const disk::DiskLayout& layout,
    const std::vector<HeldLayer>& chain,
    std::size_t at_most
) {
    for (std::size_t count = at_most; count > 0; --count) {
        if (std::optional<HeldDisk> held = cache.find_disk(disk_key(layout, chain, count))) {
            disk::StartingDisk disk{held->image(), count};
            return Start{std::move(*held), std::move(disk)};
        }
    }
    return std::nullopt;
}

class Writing {
public:
    Writing(BuildContext& context, const std::string& what)
        : context_(context),
          progress_{context.build.name, what, 0, 0, Progressed::Unit::bytes, false} {
        control.stop = context.stop;
        control.on_progress = [this](std::int64_t done, std::int64_t total) {
            progress_.done = done;
            progress_.total = total;
            context_.events.on_event(progress_);
        };
    }
    ~Writing() {
        progress_.finished = true;
        context_.events.on_event(progress_);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    disk::AssembleControl control;

private:
    BuildContext& context_;
    Progressed progress_;
};

}  // namespace

disk::DiskOptions disk_options(
    const plan::RootfsOptions& options,
    const std::string& architecture,
    const std::string& seed,
    std::int64_t epoch
) {
    disk::DiskOptions disks;
    disks.seed = seed;
    disks.architecture =
        architecture == "arm64" ? disk::Architecture::arm64 : disk::Architecture::amd64;
    disks.source_date_epoch = epoch;
    disks.size_bytes = options.disk_size ? options.disk_size->bytes : 0;
    disks.free_bytes = options.disk_free.bytes;
    disks.bios_boot = options.bootloader == "grub" && architecture == "amd64";
    disks.esp = options.bootloader == "grub";
    disks.esp_bytes = options.esp_size.bytes;
    disks.root_file_system = file_system_type(options.filesystem);
    // The file system grows with its partition, at every boot that finds it larger.
    disks.root_mount_options =
        options.filesystem == "ext4" ? "errors=remount-ro,x-systemd.growfs" : "x-systemd.growfs";
    for (const plan::RootfsPartition& partition : options.extra_partitions) {
        disks.extra_partitions.push_back(extra_options<disk::ExtraPartitionOptions>(partition));
    }
    for (const plan::RootfsDisk& extra : options.extra_disks) {
        disks.extra_disks.push_back(extra_options<disk::ExtraDiskOptions>(extra));
    }
    return disks;
}

disk::DiskLayout layout_of(const DiskRequest& request) {
    return disk::plan_main_disk(request.disks, content_of(request.chain));
}

void write_main_disk(
    const DiskRequest& request,
    LayerCache& cache,
    const std::filesystem::path& output,
    BuildContext& context
) {
    const disk::DiskLayout layout = layout_of(request);
    const std::vector<HeldLayer>& chain = request.chain;
    Writing writing(context, "writing the disk");
    disk::AssembleControl& control = writing.control;
    sys::ProcessRunner& processes = context.effects.processes;

    std::optional<Start> start;
    // XFS is made in one go; only ext4 can go on from a copy.
    if (request.disks.root_file_system == disk::FileSystemType::ext4 && request.stable_layers > 0) {
        const std::size_t stable = request.stable_layers;
        start = longest_kept(cache, layout, chain, chain.size());
        if (!start || start->disk.layer_count < stable) {
            disk::DiskSources sources;
            sources.layers = trees_of(chain, stable);
            sources.start_from = start ? std::optional(start->disk) : std::nullopt;
            control.content_bytes =
                content_of({chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(stable)})
                    .bytes;
            HeldDisk kept = cache.keep_disk(
                disk_key(layout, chain, stable),
                [&](const std::filesystem::path& image) {
                    disk::assemble_disk(layout, sources, image, processes, control);
                }
            );
            disk::StartingDisk from{kept.image(), stable};
            start = Start{std::move(kept), std::move(from)};
        }
    }
    disk::DiskSources sources;
    sources.layers = trees_of(chain, chain.size());
    sources.esp_files = request.esp_files;
    sources.bios_boot = request.bios_boot;
    sources.start_from = start ? std::optional(start->disk) : std::nullopt;
    control.content_bytes = content_of(chain).bytes;
    disk::assemble_disk(layout, sources, output, processes, control);
}

void write_archive(
    const DiskRequest& request, const std::filesystem::path& output, BuildContext& context
) {
    Writing writing(context, "writing the archive");
    std::int64_t done = 0;
    const disk::WriteControl control{context.stop, [&](std::int64_t bytes) {
                                         done += bytes;
                                         writing.control.on_progress(done, 0);
                                     }};
    disk::write_tree_archive(
        trees_of(request.chain, request.chain.size()),
        output,
        request.disks.source_date_epoch,
        control
    );
}

std::string read_from_chain(const std::vector<HeldLayer>& chain, const std::string& path) {
    for (auto layer = chain.rbegin(); layer != chain.rend(); ++layer) {
        const sys::UniqueFd tree(::open(layer->tree().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        const sys::UniqueFd file(sys::try_open_in_root(tree.get(), path, O_RDONLY | O_NOFOLLOW));
        if (file.get() < 0) {
            continue;
        }
        std::string content;
        std::array<char, 65536> piece{};
        ssize_t count = 0;
        while ((count = ::read(file.get(), piece.data(), piece.size())) > 0) {
            content.append(piece.data(), static_cast<std::size_t>(count));
        }
        if (count < 0) {
            throw system_error("reading " + (layer->tree() / path.substr(1)).string(), errno);
        }
        return content;
    }
    throw Error(ErrorKind::not_found, "the tree has no " + path);
}

}  // namespace kiln::exec::rootfs
