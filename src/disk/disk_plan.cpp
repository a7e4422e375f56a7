#include "disk/disk_plan.hpp"

#include "base/error.hpp"
#include "disk/ext4_sizes.hpp"
#include "disk/uuid.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace kiln::disk {
namespace {

// UEFI specification 2.10, table 5.7; BIOS boot: GRUB manual; the others: Discoverable Partitions
// Specification.
constexpr const char* kBiosBootType = "21686148-6449-6e6f-744e-656564454649";
constexpr const char* kEspType = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
constexpr const char* kRootAmd64Type = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
constexpr const char* kRootArm64Type = "b921b045-1df0-41c3-af44-4c6f280d3fae";
constexpr const char* kSwapType = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f";
constexpr const char* kLinuxType = "0fc63daf-8483-4772-8e79-3d69d8477de4";

constexpr std::int64_t kAlignment = kMiB;
constexpr std::int64_t kBiosBootBytes = kMiB;
constexpr std::int64_t kBehindLastPartition = kMiB;  // the backup table, 33 sectors

[[noreturn]] void refuse(const std::string& message) {
    throw Error(ErrorKind::input, message);
}

std::string fat_serial(const std::string& seed, const std::string& purpose) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    const std::uint32_t serial = derive_serial(seed, purpose);
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) {
        text += kDigits[serial >> shift & 15];
    }
    return text.insert(4, "-");
}

FileSystem plan_file_system(
    const std::string& seed, const std::string& what, FileSystemType type, const std::string& label
) {
    if (label.size() > max_label_bytes(type)) {
        refuse(
            "label \"" + label + "\" of " + what + " is longer than the " +
            std::to_string(max_label_bytes(type)) + " bytes of " +
            (type == FileSystemType::none ? "no file system" : fstab_type(type))
        );
    }
    FileSystem result{.type = type, .label = label};
    if (type == FileSystemType::fat32) {
        result.uuid = fat_serial(seed, what);
    } else if (type != FileSystemType::none) {
        result.uuid = derive_uuid(seed, what);
    }
    if (type == FileSystemType::ext4) {
        result.hash_seed = derive_uuid(seed, what + " hash seed");
    }
    return result;
}

FileSystem plan_root_file_system(const DiskOptions& options) {
    FileSystem root =
        plan_file_system(options.seed, "root", options.root_file_system, options.root_label);
    root.mount_point = "/";
    root.mount_options = options.root_mount_options;
    return root;
}

FileSystem plan_esp_file_system(const DiskOptions& options) {
    FileSystem esp = plan_file_system(options.seed, "ESP", FileSystemType::fat32, "ESP");
    esp.mount_point = "/boot/efi";
    esp.mount_options = "umask=0077";
    return esp;
}

/// Extra partitions and extra disks ask for the same things.
template <typename Extra>
FileSystem plan_extra_file_system(
    const std::string& seed, const std::string& kind, const Extra& extra
) {
    const std::string what = kind + " \"" + extra.name + "\"";
    if (extra.size_bytes < minimum_bytes(extra.file_system)) {
        refuse(
            what + ": size of " + format_bytes(extra.size_bytes) + " is too small, it needs " +
            format_bytes(minimum_bytes(extra.file_system))
        );
    }
    const bool mounted = !extra.mount_point.empty();
    if (mounted && (extra.mount_point.front() != '/' || extra.mount_point == "/" ||
                    extra.mount_point.back() == '/')) {
        refuse(what + ": mount point \"" + extra.mount_point + "\" is not a folder below /");
    }
    if (mounted && extra.file_system == FileSystemType::none) {
        refuse(what + ": has a mount point but no file system");
    }
    FileSystem result = plan_file_system(seed, what, extra.file_system, extra.label);
    result.mount_point = extra.mount_point;
    result.mount_options = extra.mount_options;
    return result;
}

template <typename Extra>
void check_names(const std::vector<Extra>& list, const std::string& kind) {
    std::set<std::string> seen;
    for (const Extra& extra : list) {
        // 36 UTF-16 units in a GPT entry; names of extra disks become parts of file names.
        const bool plain = std::all_of(extra.name.begin(), extra.name.end(), [](char c) {
            return c > ' ' && c <= '~' && c != '/';
        });
        if (extra.name.empty() || extra.name.size() > 36 || !plain) {
            refuse(
                "name \"" + extra.name + "\" of an " + kind +
                " is not 1 to 36 ASCII characters without spaces and slashes"
            );
        }
        if (!seen.insert(extra.name).second) {
            refuse("two " + kind + "s have the name \"" + extra.name + "\"");
        }
    }
}

const char* type_guid(FileSystemType type) {
    return type == FileSystemType::swap ? kSwapType : kLinuxType;
}

/// Everything but root, which takes what is left.
std::vector<Partition> plan_partitions_before_root(const DiskOptions& options) {
    std::vector<Partition> list;
    if (options.bios_boot && options.architecture == Architecture::amd64) {
        list.push_back(
            {.role = PartitionRole::bios_boot,
             .name = "BIOS boot",
             .type_guid = kBiosBootType,
             .size_bytes = kBiosBootBytes,
             .file_system = {}}
        );
    }
    if (options.esp) {
        if (options.esp_bytes < minimum_bytes(FileSystemType::fat32)) {
            refuse(
                "an ESP of " + format_bytes(options.esp_bytes) +
                " is too small for FAT32, it needs " +
                format_bytes(minimum_bytes(FileSystemType::fat32))
            );
        }
        list.push_back(
            {.role = PartitionRole::esp,
             .name = "ESP",
             .type_guid = kEspType,
             .size_bytes = options.esp_bytes,
             .file_system = plan_esp_file_system(options)}
        );
    }
    check_names(options.extra_partitions, "extra partition");
    for (const ExtraPartitionOptions& extra : options.extra_partitions) {
        list.push_back(
            {.role = PartitionRole::data,
             .name = extra.name,
             .type_guid = type_guid(extra.file_system),
             .size_bytes = extra.size_bytes,
             .file_system = plan_extra_file_system(options.seed, "extra partition", extra)}
        );
    }
    std::int64_t offset = kAlignment;
    for (std::size_t i = 0; i < list.size(); ++i) {
        Partition& partition = list[i];
        partition.number = static_cast<int>(i) + 1;
        const char* kind =
            partition.role == PartitionRole::data ? "extra partition " : "partition ";
        partition.guid = derive_uuid(options.seed, kind + partition.name);
        partition.offset_bytes = offset;
        partition.size_bytes = round_up(partition.size_bytes, kAlignment);
        offset += partition.size_bytes;
    }
    return list;
}

/// Inodes beyond what the usual ratio gives come by doubling, so that a few files more do not
/// change the geometry.
std::int64_t inode_count(std::int64_t size_bytes, std::int64_t files) {
    const std::int64_t usual = size_bytes / kBytesPerInode;
    std::int64_t count = usual;
    while (count < files + files / 4 + 1024) {
        count *= 2;
    }
    return count == usual ? 0 : count;
}

std::int64_t needed_bytes(
    FileSystemType type, std::int64_t size_bytes, const ContentSize& content
) {
    if (type == FileSystemType::xfs) {
        // Log, allocation groups and inode chunks: measured on trees of 15 to 30 thousand files.
        return std::max(
            minimum_bytes(type), content.bytes + content.inodes * 512 + 96 * kMiB + size_bytes / 100
        );
    }
    return content.bytes + ext4_overhead_bytes(size_bytes, inode_count(size_bytes, content.inodes));
}

std::int64_t automatic_size(
    const DiskOptions& options, std::int64_t root_offset, const ContentSize& content
) {
    const std::int64_t around = root_offset + kBehindLastPartition;
    const std::int64_t step = std::max(options.round_to_bytes, kAlignment);
    std::int64_t size = round_up(around + content.bytes + options.free_bytes, step);
    while (needed_bytes(options.root_file_system, size - around, content) + options.free_bytes >
           size - around) {
        size += step;
    }
    return size;
}

FstabEntry fstab_entry(const FileSystem& file_system, bool may_be_missing) {
    FstabEntry entry{
        .source = "UUID=" + file_system.uuid,
        .mount_point = file_system.mount_point,
        .type = fstab_type(file_system.type),
        .options = file_system.mount_options};
    if (file_system.type == FileSystemType::swap) {
        entry.mount_point = "none";
    }
    if (entry.options.empty()) {
        entry.options = file_system.type == FileSystemType::swap ? "sw" : "defaults";
        if (may_be_missing) {
            entry.options += ",nofail";
        }
    }
    const bool checked =
        file_system.type == FileSystemType::ext4 || file_system.type == FileSystemType::fat32;
    entry.pass = !checked ? 0 : file_system.mount_point == "/" ? 1 : 2;
    return entry;
}

bool is_in_fstab(const FileSystem& file_system) {
    return !file_system.mount_point.empty() || file_system.type == FileSystemType::swap;
}

}  // namespace

const Partition* DiskLayout::find(PartitionRole role) const {
    const auto found =
        std::find_if(partitions.begin(), partitions.end(), [role](const Partition& partition) {
            return partition.role == role;
        });
    return found == partitions.end() ? nullptr : &*found;
}

DiskLayout plan_main_disk(const DiskOptions& options, const ContentSize& root_content) {
    if (options.root_file_system != FileSystemType::ext4 &&
        options.root_file_system != FileSystemType::xfs) {
        refuse("the root file system can be ext4 or xfs");
    }
    DiskLayout layout{
        .name = "disk",
        .table = PartitionTable::gpt,
        .disk_guid = derive_uuid(options.seed, "disk"),
        .source_date_epoch = options.source_date_epoch,
        .partitions = plan_partitions_before_root(options)};

    const std::int64_t root_offset =
        layout.partitions.empty()
            ? kAlignment
            : layout.partitions.back().offset_bytes + layout.partitions.back().size_bytes;
    layout.size_bytes = options.size_bytes > 0 ? round_up(options.size_bytes, kAlignment)
                                               : automatic_size(options, root_offset, root_content);

    Partition root{
        .number = static_cast<int>(layout.partitions.size()) + 1,
        .role = PartitionRole::root,
        .name = "root",
        .type_guid = options.architecture == Architecture::amd64 ? kRootAmd64Type : kRootArm64Type,
        .guid = derive_uuid(options.seed, "partition root"),
        .offset_bytes = root_offset,
        .size_bytes = layout.size_bytes - root_offset - kBehindLastPartition,
        .file_system = plan_root_file_system(options)};
    const std::int64_t needed = std::max(
        minimum_bytes(options.root_file_system),
        needed_bytes(options.root_file_system, std::max(root.size_bytes, kMiB), root_content)
    );
    if (root.size_bytes < needed) {
        refuse(
            "a disk of " + format_bytes(layout.size_bytes) + " is too small: the root file system" +
            " needs " + format_bytes(needed) + ", " +
            format_bytes(std::max<std::int64_t>(root.size_bytes, 0)) + " are left for it"
        );
    }
    if (options.root_file_system == FileSystemType::ext4) {
        root.file_system.inode_count = inode_count(root.size_bytes, root_content.inodes);
    }
    layout.partitions.push_back(root);
    return layout;
}

std::vector<DiskLayout> plan_extra_disks(const DiskOptions& options) {
    check_names(options.extra_disks, "extra disk");
    std::vector<DiskLayout> list;
    for (const ExtraDiskOptions& extra : options.extra_disks) {
        DiskLayout layout{
            .name = extra.name,
            .table = PartitionTable::none,
            .disk_guid = "",
            .size_bytes = round_up(extra.size_bytes, kAlignment),
            .source_date_epoch = options.source_date_epoch,
            .partitions = {}};
        layout.partitions.push_back(
            {.number = 0,
             .role = PartitionRole::data,
             .name = extra.name,
             .type_guid = "",
             .guid = "",
             .offset_bytes = 0,
             .size_bytes = layout.size_bytes,
             .file_system = plan_extra_file_system(options.seed, "extra disk", extra)}
        );
        list.push_back(std::move(layout));
    }
    return list;
}

std::vector<FstabEntry> fstab_entries(const DiskOptions& options) {
    std::vector<FstabEntry> entries{fstab_entry(plan_root_file_system(options), false)};
    if (options.esp) {
        entries.push_back(fstab_entry(plan_esp_file_system(options), false));
    }
    for (const ExtraPartitionOptions& extra : options.extra_partitions) {
        const FileSystem file_system =
            plan_extra_file_system(options.seed, "extra partition", extra);
        if (is_in_fstab(file_system)) {
            entries.push_back(fstab_entry(file_system, false));
        }
    }
    for (const ExtraDiskOptions& extra : options.extra_disks) {
        const FileSystem file_system = plan_extra_file_system(options.seed, "extra disk", extra);
        if (is_in_fstab(file_system)) {
            entries.push_back(fstab_entry(file_system, true));
        }
    }
    return entries;
}

std::string to_string(const FstabEntry& entry) {
    return entry.source + " " + entry.mount_point + " " + entry.type + " " + entry.options + " " +
           std::to_string(entry.dump) + " " + std::to_string(entry.pass);
}

std::string root_uuid(const DiskOptions& options) {
    return plan_root_file_system(options).uuid;
}

}  // namespace kiln::disk
