#include "publish/download.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/image_file.hpp"
#include "publish/crew.hpp"
#include "publish/patience.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace kiln::publish {

namespace {

class Downloader {
public:
    Downloader(
        aws::Client& client,
        sys::Clock& clock,
        const DownloadTask& task,
        const BlockProgress& on_progress,
        const std::stop_token& stop
    )
        : client_(client), clock_(clock), task_(task), on_progress_(on_progress), stop_(stop) {}

    DownloadResult run() {
        aws::ebs::list_blocks(
            client_,
            task_.region,
            task_.snapshot_id,
            [&](const aws::ebs::BlockPage& page) {
                if (made_.volume_gib == 0) {
                    begin(page.volume_gib);
                }
                read(page.blocks);
            },
            stop_
        );
        std::sort(
            made_.map.blocks.begin(),
            made_.map.blocks.end(),
            [](const MappedBlock& a, const MappedBlock& b) { return a.index < b.index; }
        );
        return std::move(made_);
    }

private:
    void begin(std::int64_t volume_gib) {
        made_.volume_gib = volume_gib;
        if (task_.output) {
            file_.emplace(disk::ImageFile::create(*task_.output, volume_gib * kGiB));
        }
    }

    void read(const std::vector<aws::ebs::Block>& blocks) {
        RequestWindow window(task_.most_in_flight, clock_.steady_now());
        const Patience patience(clock_, window, stop_);
        std::size_t next = 0;
        const int crew = static_cast<int>(std::clamp<std::size_t>(
            blocks.size(), 1, static_cast<std::size_t>(task_.most_in_flight)
        ));
        listed_ += static_cast<std::int64_t>(blocks.size());
        run_crew(window, crew, stop_, [&](int, const std::stop_token& stop) {
            const aws::ebs::Block* block = nullptr;
            {
                const std::lock_guard lock(mutex_);
                if (next == blocks.size()) {
                    return false;
                }
                block = &blocks[next++];
            }
            read_one(*block, patience, stop);
            return true;
        });
        if (stop_.stop_requested()) {
            throw Error(
                ErrorKind::interrupted, "reading " + task_.snapshot_id + " was interrupted"
            );
        }
    }

    void read_one(
        const aws::ebs::Block& block, const Patience& patience, const std::stop_token& stop
    ) {
        aws::ebs::BlockBytes got;
        patience.send("GetSnapshotBlock", [&]() -> std::optional<aws::ServiceError> {
            auto outcome =
                aws::ebs::get_block(client_, task_.region, task_.snapshot_id, block, stop);
            if (auto* error = std::get_if<aws::ServiceError>(&outcome)) {
                return std::move(*error);
            }
            got = std::get<aws::ebs::BlockBytes>(std::move(outcome));
            return std::nullopt;
        });
        const std::int64_t at = block.index * disk::kEbsBlockBytes;
        if (got.bytes.size() != aws::ebs::kBlockBytes || block.index < 0 ||
            at >= made_.volume_gib * kGiB) {
            throw Error(
                ErrorKind::network,
                "GetSnapshotBlock: block " + std::to_string(block.index) + " of " +
                    task_.snapshot_id + " has " + std::to_string(got.bytes.size()) +
                    " bytes, in a volume of " + std::to_string(made_.volume_gib) + " GiB"
            );
        }
        disk::BlockDigest digest{};
        std::copy_n(got.sha256.begin(), digest.size(), digest.begin());
        const bool is_zero = digest == disk::zero_block_digest();
        if (file_ && !is_zero) {
            file_->write(at, got.bytes);
        }
        const std::lock_guard lock(mutex_);
        if (!is_zero) {
            made_.map.blocks.push_back({block.index, digest});
        }
        ++made_.read_blocks;
        on_progress_(made_.read_blocks * disk::kEbsBlockBytes, listed_ * disk::kEbsBlockBytes);
    }

    aws::Client& client_;
    sys::Clock& clock_;
    const DownloadTask& task_;
    const BlockProgress& on_progress_;
    std::stop_token stop_;
    std::optional<disk::ImageFile> file_;
    std::int64_t listed_ = 0;
    std::mutex mutex_;  ///< guards what is made, and the next block
    DownloadResult made_;
};

}  // namespace

DownloadResult download_blocks(
    aws::Client& client,
    sys::Clock& clock,
    const DownloadTask& task,
    const BlockProgress& on_progress,
    const std::stop_token& stop
) {
    return Downloader(client, clock, task, on_progress, stop).run();
}

}  // namespace kiln::publish
