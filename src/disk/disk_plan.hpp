#pragma once

#include "base/units.hpp"
#include "disk/file_system.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::disk {

enum class PartitionTable { none, gpt };
enum class PartitionRole { bios_boot, esp, data, root };
enum class Architecture { amd64, arm64 };

struct Partition {
    int number = 0;  ///< from 1; 0 when the file system fills a disk without partition table
    PartitionRole role = PartitionRole::data;
    std::string name;       ///< GPT name, at most 36 UTF-16 units
    std::string type_guid;  ///< lower case, as gdisk and sfdisk print it
    std::string guid;
    std::int64_t offset_bytes = 0;  ///< a multiple of 1 MiB
    std::int64_t size_bytes = 0;
    FileSystem file_system;

    bool operator==(const Partition&) const = default;
};

/// One disk image, decided to the byte: `assemble_disk` adds nothing of its own. Two builds with
/// equal layouts and equal sources give equal bytes (xfs apart: see xfs_image.hpp).
struct DiskLayout {
    std::string name;  ///< "disk", "data0": for messages
    PartitionTable table = PartitionTable::gpt;
    std::string disk_guid;
    std::int64_t size_bytes = 0;
    std::int64_t source_date_epoch = 0;  ///< seconds; no time stamp in the image is later
    std::vector<Partition> partitions;   ///< by offset; root, when there is one, is the last

    const Partition* find(PartitionRole role) const;
    bool operator==(const DiskLayout&) const = default;
};

struct ExtraPartitionOptions {
    std::string name;  ///< unique; UUIDs follow from it
    std::int64_t size_bytes = 0;
    FileSystemType file_system = FileSystemType::ext4;
    std::string label;
    std::string mount_point;
    std::string mount_options;
};

struct ExtraDiskOptions {
    std::string name;
    std::int64_t size_bytes = 0;
    FileSystemType file_system = FileSystemType::none;
    std::string label;
    std::string mount_point;
    std::string mount_options;
};

struct DiskOptions {
    /// All UUIDs and GUIDs derive from it, and from nothing else.
    std::string seed;
    Architecture architecture = Architecture::amd64;
    std::int64_t source_date_epoch = 0;

    std::int64_t size_bytes = 0;           ///< 0: automatic, from the content
    std::int64_t free_bytes = 256 * kMiB;  ///< automatic size: at least so much is left free on /
    std::int64_t round_to_bytes = kGiB;    ///< automatic size: a multiple of it (EBS: whole GiB)

    bool bios_boot = true;  ///< a 1 MiB BIOS boot partition (amd64 only)
    bool esp = true;
    std::int64_t esp_bytes = 64 * kMiB;

    FileSystemType root_file_system = FileSystemType::ext4;  ///< ext4 or xfs
    std::string root_label = "root";
    std::string root_mount_options;
    std::vector<ExtraPartitionOptions> extra_partitions;
    std::vector<ExtraDiskOptions> extra_disks;
};

/// What file trees need: data rounded up to 4 KiB blocks, and how many files and directories.
struct ContentSize {
    std::int64_t bytes = 0;
    std::int64_t inodes = 0;

    ContentSize& operator+=(const ContentSize& other) {
        bytes += other.bytes;
        inodes += other.inodes;
        return *this;
    }
    bool operator==(const ContentSize&) const = default;
};

/// The main disk: BIOS boot, ESP, extra partitions, root. Pure. Throws kiln::Error (input) when
/// `content` does not fit a size that was asked for, or an option cannot be met.
DiskLayout plan_main_disk(const DiskOptions& options, const ContentSize& root_content);

/// The extra disks, in order: one file system each (or none), without a partition table. Pure.
std::vector<DiskLayout> plan_extra_disks(const DiskOptions& options);

struct FstabEntry {
    std::string source;  ///< "UUID=..."
    std::string mount_point;
    std::string type;
    std::string options;
    int dump = 0, pass = 0;

    bool operator==(const FstabEntry&) const = default;
};

/// What is mounted: root first, then the ESP at /boot/efi, extra partitions, extra disks. Needs no
/// sizes, so that fstab can be written into the tree before the tree is measured. Pure.
std::vector<FstabEntry> fstab_entries(const DiskOptions& options);
std::string to_string(const FstabEntry& entry);  ///< one line, no newline

/// UUID of the root file system, for root= and GRUB's search. Pure.
std::string root_uuid(const DiskOptions& options);

}  // namespace kiln::disk
