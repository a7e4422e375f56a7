#include "disk/data_writer.hpp"

#include "disk/ext4_directory.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace kiln::disk {
namespace {

constexpr std::size_t kQueueBytes = std::size_t{1} << 20U;

bool is_zero_block(const char* block) {
    // Each byte equals its neighbour and the first is zero.
    return block[0] == 0 && std::memcmp(block, block + 1, kExt4BlockBytes - 1) == 0;
}

}  // namespace

DataWriter::DataWriter(Ext4Volume& volume)
    : volume_(volume), buffer_(std::make_unique<char[]>(kQueueBytes)) {}

std::span<char> DataWriter::space() {
    if (kQueueBytes - used_ < kPiece) {
        flush();
    }
    return {buffer_.get() + used_, kQueueBytes - used_};
}

void DataWriter::take(
    std::size_t bytes, std::uint64_t logical, bool keep_zeros, std::vector<BlockRun>& runs
) {
    const std::size_t blocks = (bytes + kExt4BlockBytes - 1) / kExt4BlockBytes;
    assert(used_ + blocks * kExt4BlockBytes <= kQueueBytes);
    char* const first = buffer_.get() + used_;
    std::memset(first + bytes, 0, blocks * kExt4BlockBytes - bytes);

    const auto is_hole = [&](std::size_t block) {
        return !keep_zeros && is_zero_block(first + block * kExt4BlockBytes);
    };
    const std::size_t offset = used_;
    used_ += blocks * kExt4BlockBytes;
    for (std::size_t begin = 0; begin < blocks;) {
        if (is_hole(begin)) {
            ++begin;
            continue;
        }
        std::size_t end = begin + 1;
        while (end < blocks && !is_hole(end)) {
            ++end;
        }
        queue(
            offset + begin * kExt4BlockBytes,
            static_cast<std::uint32_t>(end - begin),
            logical + begin,
            runs
        );
        begin = end;
    }
}

void DataWriter::queue(
    std::size_t offset, std::uint32_t blocks, std::uint64_t logical, std::vector<BlockRun>& runs
) {
    for (BlockRun run : volume_.allocate_all(blocks, logical)) {
        append_run(runs, run);
        const bool goes_on = queued_.count > 0 &&
                             queued_.physical + queued_.count == run.physical &&
                             queued_at_ + queued_.count * kExt4BlockBytes == offset;
        if (goes_on) {
            queued_.count += run.count;
        } else {
            flush_queued();
            queued_at_ = offset;
            queued_ = run;
        }
        offset += run.count * kExt4BlockBytes;
    }
}

void DataWriter::flush_queued() {
    if (queued_.count > 0) {
        check_ext2(
            io_channel_write_blk64(
                volume_.fs()->io,
                queued_.physical,
                static_cast<int>(queued_.count),
                buffer_.get() + queued_at_
            ),
            "writing file data"
        );
        queued_.count = 0;
    }
}

void DataWriter::flush() {
    flush_queued();
    used_ = 0;
}

}  // namespace kiln::disk
