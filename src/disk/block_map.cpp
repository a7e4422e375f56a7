#include "disk/block_map.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/write_control.hpp"
#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace kiln::disk {
namespace {

BlockDigest digest_of(std::string_view bytes) {
    const std::string raw = Digest().update(bytes).finish_bytes();
    BlockDigest digest{};
    std::copy_n(raw.begin(), digest.size(), digest.begin());
    return digest;
}

/// Hashes the blocks in `wanted`, each thread the next one that no other has taken.
class Mapper {
public:
    Mapper(
        int fd,
        std::string name,
        std::vector<std::int64_t> wanted,
        BlockMap& map,
        std::stop_token stop
    )
        : fd_(fd),
          name_(std::move(name)),
          wanted_(std::move(wanted)),
          map_(map),
          stop_(std::move(stop)) {}

    void run(unsigned threads) {
        {
            std::vector<std::jthread> helpers;
            for (unsigned i = 1; i < threads; ++i) {
                helpers.emplace_back([this] { work(); });
            }
            work();
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

private:
    void work() {
        try {
            std::string buffer(static_cast<std::size_t>(kEbsBlockBytes), '\0');
            for (std::size_t i = next_++; i < wanted_.size() && !failed_; i = next_++) {
                throw_if_stopped(stop_);
                read_block(wanted_[i], buffer);
                map_.blocks[static_cast<std::size_t>(wanted_[i])] = digest_of(buffer);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            failed_ = true;
            failure_ = failure_ ? failure_ : std::current_exception();
        }
    }

    void read_block(std::int64_t block, std::string& buffer) const {
        std::size_t filled = 0;
        while (filled < buffer.size()) {
            const ssize_t got = ::pread(
                fd_,
                buffer.data() + filled,
                buffer.size() - filled,
                block * kEbsBlockBytes + static_cast<std::int64_t>(filled)
            );
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                throw system_error("reading " + name_, errno);
            }
            if (got == 0) {
                std::memset(buffer.data() + filled, 0, buffer.size() - filled);
                return;
            }
            filled += static_cast<std::size_t>(got);
        }
    }

    int fd_;
    std::string name_;
    std::vector<std::int64_t> wanted_;
    BlockMap& map_;
    std::stop_token stop_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::exception_ptr failure_;
};

std::vector<std::int64_t> blocks_with_data(int fd, std::int64_t size) {
    std::vector<std::int64_t> blocks;
    std::int64_t next = 0;
    for (sys::DataRange data = sys::next_data(fd, 0, size); !data.empty();
         data = sys::next_data(fd, next * kEbsBlockBytes, size)) {
        const std::int64_t end = (data.end + kEbsBlockBytes - 1) / kEbsBlockBytes;
        for (next = std::max(next, data.begin / kEbsBlockBytes); next < end; ++next) {
            blocks.push_back(next);
        }
    }
    return blocks;
}

}  // namespace

const BlockDigest& zero_block_digest() {
    static const BlockDigest digest =
        digest_of(std::string(static_cast<std::size_t>(kEbsBlockBytes), '\0'));
    return digest;
}

BlockMap map_blocks(const std::filesystem::path& file, unsigned threads, std::stop_token stop) {
    const sys::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0) {
        throw system_error("opening " + file.string(), errno);
    }
    BlockMap map{.size_bytes = status.st_size, .blocks = {}};
    const std::int64_t count = round_up(map.size_bytes, kEbsBlockBytes) / kEbsBlockBytes;
    map.blocks.assign(static_cast<std::size_t>(count), zero_block_digest());
    Mapper(
        fd.get(), file.string(), blocks_with_data(fd.get(), map.size_bytes), map, std::move(stop)
    )
        .run(threads);
    return map;
}

std::vector<std::int64_t> changed_blocks(const BlockMap& before, const BlockMap& after) {
    const auto digest_at = [](const BlockMap& map, std::size_t block) -> const BlockDigest& {
        return block < map.blocks.size() ? map.blocks[block] : zero_block_digest();
    };
    std::vector<std::int64_t> changed;
    for (std::size_t block = 0; block < std::max(before.blocks.size(), after.blocks.size());
         ++block) {
        if (digest_at(before, block) != digest_at(after, block)) {
            changed.push_back(static_cast<std::int64_t>(block));
        }
    }
    return changed;
}

}  // namespace kiln::disk
