#include "publish/upload.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "publish/crew.hpp"
#include "publish/patience.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace kiln::publish {

namespace {

using disk::BlockDigest;
using disk::kEbsBlockBytes;

// Bytes. Blocks are looked at in pieces that stay in a core's cache from the read to the digest.
constexpr std::int64_t kPieceBytes = std::int64_t{64} * 1024;
constexpr std::array<char, kPieceBytes> kZeros{};

bool is_all_zeros(std::span<const char> piece) {
    return std::memcmp(piece.data(), kZeros.data(), piece.size()) == 0;
}

/// Of the block that begins there; nothing for one of zeros.
std::optional<BlockDigest> digest_at(
    const DiskSource& disk, std::int64_t offset_bytes, std::span<char> piece
) {
    Digest sha256;
    bool is_zero = true;
    for (std::int64_t at = 0; at < kEbsBlockBytes; at += kPieceBytes) {
        disk.read(offset_bytes + at, piece);
        if (is_zero && is_all_zeros(piece)) {
            continue;
        }
        if (is_zero) {
            is_zero = false;
            for (std::int64_t before = 0; before < at; before += kPieceBytes) {
                sha256.update(kZeros.data(), kZeros.size());
            }
        }
        sha256.update(piece.data(), piece.size());
    }
    if (is_zero) {
        return std::nullopt;
    }
    const std::string raw = sha256.finish_bytes();
    BlockDigest digest{};
    std::copy_n(raw.begin(), digest.size(), digest.begin());
    return digest;
}

/// A block as it lies on the disk. It is read a second time when it is sent: a request that waits
/// for its answer, as nearly all do where the service is far away, then holds no block in memory.
class BlockOfDisk final : public net::BodySource {
public:
    BlockOfDisk(const DiskSource& disk, std::int64_t offset_bytes)
        : disk_(disk), offset_bytes_(offset_bytes) {}

    std::int64_t size_bytes() const override { return kEbsBlockBytes; }
    void read(std::int64_t offset_bytes, std::span<char> piece) const override {
        disk_.read(offset_bytes_ + offset_bytes, piece);
    }

private:
    const DiskSource& disk_;
    std::int64_t offset_bytes_;
};

std::string_view raw_text(const BlockDigest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The blocks to look at, in their order: those with data on the disk, and those that the parent
/// has where the disk has holes.
class BlockWalk {
public:
    BlockWalk(const DiskSource& disk, const SnapshotMap* parent) : disk_(disk), parent_(parent) {
        seek(0);
    }

    struct Item {
        std::int64_t index = 0;
        bool is_hole = false;  ///< of the disk
    };
    std::optional<Item> next() {
        const std::optional<std::int64_t> data =
            block_ < end_ ? std::optional(block_) : std::nullopt;
        const std::optional<std::int64_t> old =
            parent_ != nullptr && at_parent_ < parent_->blocks.size()
                ? std::optional(parent_->blocks[at_parent_].index)
                : std::nullopt;
        if (!data && !old) {
            return std::nullopt;
        }
        if (old && (!data || *old <= *data)) {
            ++at_parent_;
        }
        if (!data || (old && *old < *data)) {
            return Item{*old, true};
        }
        if (++block_ == end_) {
            seek(block_);
        }
        return Item{*data, false};
    }

private:
    /// The first stretch of data that has a block at or behind `block`.
    void seek(std::int64_t block) {
        const sys::DataRange data = disk_.next_data(block * kEbsBlockBytes);
        block_ = std::max(block, data.begin / kEbsBlockBytes);
        end_ = data.empty() ? block_ : round_up(data.end, kEbsBlockBytes) / kEbsBlockBytes;
    }

    const DiskSource& disk_;
    const SnapshotMap* parent_;
    std::int64_t block_ = 0;  ///< blocks [block_, end_) have data
    std::int64_t end_ = 0;
    std::size_t at_parent_ = 0;
};

std::int64_t count_blocks(const DiskSource& disk, const SnapshotMap* parent) {
    BlockWalk walk(disk, parent);
    std::int64_t count = 0;
    while (walk.next()) {
        ++count;
    }
    return count;
}

class Uploader {
public:
    Uploader(
        aws::Client& client,
        sys::Clock& clock,
        const UploadTask& task,
        const BlockProgress& on_progress,
        const std::stop_token& stop
    )
        : client_(client),
          clock_(clock),
          task_(task),
          on_progress_(on_progress),
          stop_(stop),
          walk_(task.disk, task.parent),
          window_(task.most_in_flight, clock.steady_now()),
          total_(count_blocks(task.disk, task.parent)) {}

    UploadResult run() {
        const int crew =
            static_cast<int>(std::clamp<std::int64_t>(total_, 1, std::max(1, task_.most_in_flight))
            );
        std::vector<std::string> buffers(static_cast<std::size_t>(crew));
        const Patience patience(clock_, window_, stop_);
        run_crew(window_, crew, stop_, [&](int worker, const std::stop_token& stop) {
            const std::optional<BlockWalk::Item> item = take();
            if (!item) {
                return false;
            }
            std::string& buffer = buffers[static_cast<std::size_t>(worker)];
            buffer.resize(static_cast<std::size_t>(kPieceBytes));  // by those that have a turn
            handle(*item, buffer, patience, stop);
            return true;
        });
        if (stop_.stop_requested()) {
            throw Error(ErrorKind::interrupted, "the upload was interrupted");
        }
        task_.disk.throw_if_changed();
        return result();
    }

private:
    std::optional<BlockWalk::Item> take() {
        const std::lock_guard lock(mutex_);
        return walk_.next();
    }

    void handle(
        const BlockWalk::Item& item,
        std::span<char> buffer,
        const Patience& patience,
        const std::stop_token& stop
    ) {
        const std::int64_t offset_bytes = item.index * kEbsBlockBytes;
        const std::optional<BlockDigest> found =
            item.is_hole ? std::nullopt : digest_at(task_.disk, offset_bytes, buffer);
        const bool is_zero = !found;
        const BlockDigest digest = found.value_or(disk::zero_block_digest());
        const BlockDigest* const before =
            task_.parent == nullptr ? nullptr : task_.parent->find(item.index);
        const bool is_changed = before == nullptr ? !is_zero : *before != digest;
        bool is_put = false;
        if (is_changed && !task_.snapshot_id.empty() && !has_arrived(item.index, digest)) {
            put(item.index, digest, patience, stop);
            is_put = true;
        }
        const std::lock_guard lock(mutex_);
        if (!is_zero) {
            made_.map.blocks.push_back({item.index, digest});
        }
        if (is_changed) {
            changed_.push_back({item.index, digest});
        }
        made_.put_blocks += is_put ? 1 : 0;
        on_progress_(++done_ * kEbsBlockBytes, total_ * kEbsBlockBytes);
    }

    void put(
        std::int64_t index,
        const BlockDigest& digest,
        const Patience& patience,
        const std::stop_token& stop
    ) {
        const BlockOfDisk block(task_.disk, index * kEbsBlockBytes);
        try {
            patience.send("PutSnapshotBlock", [&] {
                return aws::ebs::put_block(
                    client_, task_.region, task_.snapshot_id, index, block, raw_text(digest), stop
                );
            });
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::interrupted) {
                task_.disk.throw_if_changed();  // that its digest is of other bytes says less
            }
            throw;
        }
        if (task_.log != nullptr) {
            task_.log->note(index, digest);
        }
    }

    bool has_arrived(std::int64_t index, const BlockDigest& digest) const {
        if (task_.log == nullptr) {
            return false;
        }
        const auto found = task_.log->arrived().find(index);
        return found != task_.log->arrived().end() && found->second == digest;
    }

    UploadResult result() {
        const auto by_index = [](const MappedBlock& a, const MappedBlock& b) {
            return a.index < b.index;
        };
        std::sort(made_.map.blocks.begin(), made_.map.blocks.end(), by_index);
        std::sort(changed_.begin(), changed_.end(), by_index);
        Digest linear;
        for (const MappedBlock& block : changed_) {
            linear.update(raw_text(block.digest));
        }
        made_.changed_blocks = static_cast<std::int64_t>(changed_.size());
        made_.linear_sha256 = linear.finish_bytes();
        return std::move(made_);
    }

    aws::Client& client_;
    sys::Clock& clock_;
    const UploadTask& task_;
    const BlockProgress& on_progress_;
    std::stop_token stop_;
    std::mutex mutex_;  ///< guards what follows
    BlockWalk walk_;
    RequestWindow window_;  ///< locks for itself
    std::int64_t total_;
    std::int64_t done_ = 0;
    UploadResult made_;
    std::vector<MappedBlock> changed_;
};

}  // namespace

UploadResult upload_blocks(
    aws::Client& client,
    sys::Clock& clock,
    const UploadTask& task,
    const BlockProgress& on_progress,
    const std::stop_token& stop
) {
    return Uploader(client, clock, task, on_progress, stop).run();
}

}  // namespace kiln::publish
