#pragma once

#include "net/curl_transport.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace kiln::net {

struct DownloadResult {
    std::int64_t size_bytes = 0;
    std::int64_t resumed_at = 0;  ///< so many bytes were there from an earlier attempt

    bool operator==(const DownloadResult&) const = default;
};

/// Bytes that are there, and of how many (0: not known).
using DownloadProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Fetches `url` into `file`, behind what an earlier attempt has left there when the server can do
/// that, and goes on by itself where a connection is lost on the way. On failure what has come so
/// far stays, for the next attempt. Whether it is the right content is the caller's to check.
///
/// Throws Error: network (no answer, or one that is none of 200 and 206), no_space, io,
/// interrupted.
DownloadResult download(
    CurlTransport& transport,
    const std::string& url,
    const std::filesystem::path& file,
    const DownloadProgress& on_progress,
    const std::stop_token& stop
);

}  // namespace kiln::net
