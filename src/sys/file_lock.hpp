#pragma once

#include "sys/unique_fd.hpp"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <utility>

namespace kiln::sys {

/// A lock between processes, held through an open file; released when the object or the process is
/// gone, however it ended. The file stays, unless its holder removes it: who gets the lock has that
/// of the file that stands at the path then.
class FileLock {
public:
    enum class Kind { shared, exclusive };

    /// Waits for the lock. Throws Error{interrupted} on a stop.
    static FileLock acquire(const std::filesystem::path& path, Kind kind, std::stop_token stop);
    /// Nothing when another holds it.
    static std::optional<FileLock> try_acquire(const std::filesystem::path& path, Kind kind);

private:
    explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace kiln::sys
