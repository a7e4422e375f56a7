#include "execute/postprocessor/compress_format.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace kiln::exec {

namespace {

using Archive = CompressFormat::Archive;
using Compression = CompressFormat::Compression;

constexpr std::array<std::pair<const char*, Compression>, 6> kCompressions = {{
    {"gz", Compression::gzip},
    {"bgzf", Compression::bgzf},
    {"lz4", Compression::lz4},
    {"xz", Compression::xz},
    {"bz2", Compression::bzip2},
    {"zst", Compression::zstd},
}};

}  // namespace

CompressFormat compress_format(
    const std::string& output, const std::optional<std::string>& format
) {
    const std::string name = base_name(output) + (format ? "." + *format : "");
    std::vector<std::string> endings = split(name, '.');
    endings.erase(endings.begin());
    const std::string last = endings.empty() ? "" : endings.back();
    if (last == "zip") {
        return {Archive::zip, Compression::none};
    }
    if (last == "tar") {
        return {Archive::tar, Compression::none};
    }
    const auto* const found =
        std::find_if(kCompressions.begin(), kCompressions.end(), [&](const auto& known) {
            return known.first == last;
        });
    if (found == kCompressions.end()) {
        return {Archive::tar, Compression::gzip};
    }
    const bool is_tar = endings.size() > 1 && endings[endings.size() - 2] == "tar";
    return {is_tar ? Archive::tar : Archive::none, found->second};
}

std::string to_string(const CompressFormat& format) {
    if (format.archive == Archive::zip) {
        return "zip";
    }
    std::string text = format.archive == Archive::tar ? "tar" : "";
    for (const auto& [ending, compression] : kCompressions) {
        if (compression == format.compression) {
            text += (text.empty() ? "" : ".") + std::string(ending);
        }
    }
    return text;
}

}  // namespace kiln::exec
