#pragma once

#include "base/digest.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace kiln::artifact {

/// Remembers the digests of files by what the file is (device, inode, size, time of change), so
/// that manifest, checksum and the closing lines read a big image once between them. Safe to use
/// from several threads; a file that is hashed by two at once is hashed twice, not wrongly.
class DigestMemo {
public:
    /// Forgets everything at the end of its life.
    DigestMemo() = default;
    /// Keeps what it learns in `file`, so that the next run need not read an unchanged image again.
    /// A file that is missing, damaged or not writable costs no more than the hashing.
    explicit DigestMemo(std::filesystem::path file);

    /// Lower-case hex digest of the file; reads it unless it is known. Throws kiln::Error.
    std::string file_digest(
        const std::filesystem::path& file, DigestAlgorithm algorithm, std::stop_token stop = {}
    );

    /// Notes a digest that was found on the way, e.g. while the file was written.
    void remember(
        const std::filesystem::path& file, DigestAlgorithm algorithm, const std::string& hex
    );

private:
    struct Key {
        std::uint64_t device = 0, inode = 0;
        std::int64_t size = 0, mtime_ns = 0;
        DigestAlgorithm algorithm = DigestAlgorithm::sha256;
        auto operator<=>(const Key&) const = default;
    };
    static Key key_of(const std::filesystem::path& file, DigestAlgorithm algorithm);
    void learn(const Key& key, const std::string& hex);
    void load();

    std::filesystem::path file_;  ///< "" without one
    std::mutex mutex_;
    std::map<Key, std::string> known_;
};

}  // namespace kiln::artifact
