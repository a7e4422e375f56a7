#pragma once

#include "disk/ext4_volume.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace kiln::disk {

/// Gathers the data of consecutive files into large writes. Files are allocated one behind the
/// other, so what lies side by side in the buffer mostly lies side by side on the disk too.
class DataWriter {
public:
    explicit DataWriter(Ext4Volume& volume);

    /// Room to read a file's next bytes into: at least `kPiece`, whole blocks.
    std::span<char> space();
    static constexpr std::size_t kPiece = std::size_t{256} << 10U;

    /// Takes the first `bytes` of `space()` as the blocks from `logical` on: allocates and queues
    /// them and appends where they went to `runs`. Blocks that hold only zeros become holes unless
    /// `keep_zeros`. The rest of the last block is filled with zeros.
    void take(
        std::size_t bytes, std::uint64_t logical, bool keep_zeros, std::vector<BlockRun>& runs
    );

    void flush();

private:
    void queue(
        std::size_t offset, std::uint32_t blocks, std::uint64_t logical, std::vector<BlockRun>& runs
    );
    void flush_queued();

    Ext4Volume& volume_;
    std::unique_ptr<char[]> buffer_;
    std::size_t used_ = 0;  // bytes that are queued or were given up as zeros
    // The queued run: in the buffer and on the disk.
    std::size_t queued_at_ = 0;
    BlockRun queued_;
};

}  // namespace kiln::disk
