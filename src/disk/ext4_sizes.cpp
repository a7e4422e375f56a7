#include "disk/ext4_sizes.hpp"

#include "base/units.hpp"
#include "disk/ext4_directory.hpp"

#include <algorithm>

namespace kiln::disk {
namespace {

constexpr std::int64_t kGroupBlocks = 32768;
constexpr std::int64_t kDescriptorsPerBlock = kExt4BlockBytes / 64;
constexpr std::int64_t kInodesPerBlock = kExt4BlockBytes / 256;

std::int64_t divide_up(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

bool is_power_of(std::int64_t value, std::int64_t base) {
    while (value % base == 0) {
        value /= base;
    }
    return value == 1;
}

/// Feature sparse_super: groups 0, 1 and the powers of 3, 5 and 7.
std::int64_t groups_with_superblock(std::int64_t groups) {
    std::int64_t count = 0;
    for (std::int64_t group = 0; group < groups; ++group) {
        count +=
            group <= 1 || is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
    }
    return count;
}

/// Feature resize_inode: descriptor blocks for growing to 1024 times the size, as far as the
/// 32-bit block numbers and one block of addresses go.
std::int64_t reserved_descriptor_blocks(std::int64_t blocks, std::int64_t descriptor_blocks) {
    const std::int64_t most_blocks = std::min<std::int64_t>(blocks * 1024, 0xffffffff);
    const std::int64_t groups = divide_up(most_blocks, kGroupBlocks);
    return std::min<std::int64_t>(
        divide_up(groups, kDescriptorsPerBlock) - descriptor_blocks, kExt4BlockBytes / 4
    );
}

}  // namespace

std::int64_t ext4_journal_blocks(std::int64_t size_bytes) {
    // mke2fs's steps, but 64 MiB from 1 GiB on: the journal can not grow with the file system
    // later, and in the image it is a hole.
    struct Step {
        std::int64_t below_bytes, journal_bytes;
    };
    constexpr Step kSteps[] = {
        {128 * kMiB, 4 * kMiB},
        {kGiB, 16 * kMiB},
        {16 * kGiB, 64 * kMiB},
        {32 * kGiB, 128 * kMiB},
        {64 * kGiB, 256 * kMiB},
        {128 * kGiB, 512 * kMiB}};
    for (const Step& step : kSteps) {
        if (size_bytes < step.below_bytes) {
            return step.journal_bytes / kExt4BlockBytes;
        }
    }
    return kGiB / kExt4BlockBytes;
}

std::int64_t ext4_overhead_bytes(std::int64_t size_bytes, std::int64_t inode_count) {
    const std::int64_t blocks = size_bytes / kExt4BlockBytes;
    const std::int64_t groups = divide_up(blocks, kGroupBlocks);
    const std::int64_t inodes = inode_count > 0 ? inode_count : size_bytes / kBytesPerInode;
    const std::int64_t table = divide_up(divide_up(inodes, groups), kInodesPerBlock);
    const std::int64_t descriptors = divide_up(groups, kDescriptorsPerBlock);
    const std::int64_t with_superblock =
        1 + descriptors + reserved_descriptor_blocks(blocks, descriptors);
    const std::int64_t first_files = 3;  // root, lost+found, the resize inode's index
    return kExt4BlockBytes *
           (groups * (2 + table) + groups_with_superblock(groups) * with_superblock +
            ext4_journal_blocks(size_bytes) + first_files);
}

}  // namespace kiln::disk
