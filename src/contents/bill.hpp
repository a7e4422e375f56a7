#pragma once

#include "contents/contents.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::contents {

/// A file that belongs to no package.
struct BillFile {
    std::string path;  ///< with a slash in front
    std::string sha256;
    std::string sha1;  ///< SPDX 2.3 asks for it

    bool operator==(const BillFile&) const = default;
};

struct BillPackage {
    Package package;
    std::string url;  ///< see package_url

    bool operator==(const BillPackage&) const = default;
};

/// A software bill of materials, in no form yet. A function of the image's contents.
struct Bill {
    std::string image;    ///< name of the file or folder, without those above it
    std::string system;   ///< "Debian GNU/Linux"; "" when os-release has no name
    std::string version;  ///< "12"
    std::string tool_version;
    std::string uuid;       ///< of the contents
    std::int64_t time = 0;  ///< seconds since 1970
    std::vector<BillPackage> packages;
    std::vector<BillFile> files;
};

/// Reads and hashes what `contents` does not have yet. `source_date_epoch` is the time; without it
/// the newest modification in the image is.
Bill make_bill(
    ImageTree& tree,
    const Contents& contents,
    std::optional<std::int64_t> source_date_epoch,
    const std::stop_token& stop
);

enum class BillFormat { spdx, cyclonedx };

/// SPDX 2.3 or CycloneDX 1.6, as JSON with a final newline. Pure.
std::string bill_json(const Bill& bill, BillFormat format);
std::string spdx_json(const Bill& bill);
std::string cyclonedx_json(const Bill& bill);

/// "2026-01-02T03:04:05Z".
std::string utc_time(std::int64_t seconds);

}  // namespace kiln::contents
