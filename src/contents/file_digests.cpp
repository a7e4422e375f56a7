#include "contents/file_digests.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace kiln::contents {
namespace {

constexpr unsigned kMostThreads = 8;

FileDigest digest_of(FileStore& store, const Entry& entry, Digests digests) {
    Digest sha256(DigestAlgorithm::sha256);
    Digest sha1(DigestAlgorithm::sha1);
    store.read(entry, [&](std::string_view piece) {
        sha256.update(piece);
        if (digests == Digests::sha256_and_sha1) {
            sha1.update(piece);
        }
    });
    return {sha256.finish_hex(), digests == Digests::sha256_and_sha1 ? sha1.finish_hex() : ""};
}

class DigestWork {
public:
    DigestWork(const std::vector<const Entry*>& files, Digests digests, const std::stop_token& stop)
        : files_(files), digests_(digests), stop_(stop), results_(files.size()) {}

    void run(std::vector<std::unique_ptr<FileStore>> readers) {
        try {
            for (std::size_t i = next_++; i < files_.size() && !failed_; i = next_++) {
                if (stop_.stop_requested()) {
                    throw Error(ErrorKind::interrupted, "reading files was stopped");
                }
                const Entry& entry = *files_[i];
                results_[i] = digest_of(*readers[entry.store], entry, digests_);
            }
        } catch (...) {
            const std::scoped_lock lock(mutex_);
            if (!failed_.exchange(true)) {
                failure_ = std::current_exception();
            }
        }
    }

    std::vector<FileDigest> results() {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return std::move(results_);
    }

private:
    const std::vector<const Entry*>& files_;
    Digests digests_;
    const std::stop_token& stop_;
    std::vector<FileDigest> results_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

}  // namespace

std::vector<FileDigest> digest_files(
    ImageTree& tree,
    const std::vector<const Entry*>& files,
    Digests digests,
    const std::stop_token& stop
) {
    DigestWork work(files, digests, stop);
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i) {
            workers.emplace_back([&work, readers = tree.readers()]() mutable {
                work.run(std::move(readers));
            });
        }
    }
    return work.results();
}

}  // namespace kiln::contents
