#include "artifact/digest_memo.hpp"

#include "artifact/file_digest.hpp"
#include "base/error.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace kiln::artifact {

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
    const std::lock_guard lock(mutex_);
    return known_.emplace(key, std::move(hex)).first->second;
}

void DigestMemo::remember(
    const std::filesystem::path& file, DigestAlgorithm algorithm, const std::string& hex
) {
    const Key key = key_of(file, algorithm);
    const std::lock_guard lock(mutex_);
    known_[key] = hex;
}

}  // namespace kiln::artifact
