#pragma once

#include <cstdint>

namespace kiln::disk {

constexpr std::int64_t kBytesPerInode = 16384;  // as in /etc/mke2fs.conf

/// Blocks of the journal that a file system of this size gets. Pure.
std::int64_t ext4_journal_blocks(std::int64_t size_bytes);

/// What create_ext4 takes of a file system of this size for itself: tables, reserve for growth,
/// journal, first directories. Pure; ext4_create_test.cpp compares it with what is made.
std::int64_t ext4_overhead_bytes(std::int64_t size_bytes, std::int64_t inode_count);

}  // namespace kiln::disk
