#include "artifact/digest_memo.hpp"

#include "artifact/file_digest.hpp"
#include "base/error.hpp"

#include <cerrno>
#include <fstream>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace kiln::artifact {

namespace {

// Digests of images that were replaced since stay in the file as well; past this it starts anew.
constexpr std::size_t kMaxKept = 1000;

// A line that was cut short by a crash or a full disk must not pass for a digest.
bool is_whole(DigestAlgorithm algorithm, const std::string& hex) {
    switch (algorithm) {
        case DigestAlgorithm::md5:
            return hex.size() == 32;
        case DigestAlgorithm::sha1:
            return hex.size() == 40;
        case DigestAlgorithm::sha224:
            return hex.size() == 56;
        case DigestAlgorithm::sha256:
            return hex.size() == 64;
        case DigestAlgorithm::sha384:
            return hex.size() == 96;
        case DigestAlgorithm::sha512:
            return hex.size() == 128;
    }
    return false;
}

}  // namespace

DigestMemo::DigestMemo(std::filesystem::path file) : file_(std::move(file)) {
    load();
}

// A line each: algorithm, device, inode, size, time of change, digest.
void DigestMemo::load() {
    std::ifstream in(file_);
    Key key;
    int algorithm = 0;
    std::string hex;
    while (in >> algorithm >> key.device >> key.inode >> key.size >> key.mtime_ns >> hex) {
        key.algorithm = static_cast<DigestAlgorithm>(algorithm);
        if (is_whole(key.algorithm, hex)) {
            known_[key] = hex;
        }
    }
    if (known_.size() > kMaxKept) {
        known_.clear();
        std::ofstream(file_, std::ios::trunc);
    }
}

void DigestMemo::learn(const Key& key, const std::string& hex) {
    const std::lock_guard lock(mutex_);
    if (!known_.insert_or_assign(key, hex).second || file_.empty()) {
        return;
    }
    std::ofstream(file_, std::ios::app)
        << static_cast<int>(key.algorithm) << ' ' << key.device << ' ' << key.inode << ' '
        << key.size << ' ' << key.mtime_ns << ' ' << hex << '\n';
}

DigestMemo::Key DigestMemo::key_of(const std::filesystem::path& file, DigestAlgorithm algorithm) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        throw system_error("reading " + file.string(), errno);
    }
    return {
        .device = status.st_dev,
        .inode = status.st_ino,
        .size = status.st_size,
        .mtime_ns = status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec,
        .algorithm = algorithm};
}

std::string DigestMemo::file_digest(
    const std::filesystem::path& file, DigestAlgorithm algorithm, std::stop_token stop
) {
    const Key key = key_of(file, algorithm);
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(key); known != known_.end()) {
            return known->second;
        }
    }
    std::string hex = artifact::file_digest(file, algorithm, std::move(stop));
    learn(key, hex);
    return hex;
}

void DigestMemo::remember(
    const std::filesystem::path& file, DigestAlgorithm algorithm, const std::string& hex
) {
    learn(key_of(file, algorithm), hex);
}

}  // namespace kiln::artifact
