#include "disk/layer_tree.hpp"

#include "base/error.hpp"
#include "disk/ext4_directory.hpp"
#include "disk/layer_directory.hpp"
#include "disk/layer_start.hpp"
#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <utility>

namespace kiln::disk {
namespace {

/// Blocks that a directory of these entries takes; its hash tree leaves no leaf half empty.
std::int64_t directory_bytes(const std::vector<LayerEntry>& entries) {
    std::int64_t records = 24;
    for (const LayerEntry& entry : entries) {
        records += round_up(8 + static_cast<std::int64_t>(entry.name.size()), 4);
    }
    const std::int64_t blocks = records / (kExt4BlockBytes - 256) + 1;
    return (blocks == 1 ? 1 : blocks + 1 + blocks / 500) * kExt4BlockBytes;
}

/// Blocks that are not holes on the host.
std::int64_t data_bytes(const LayerDirectory& directory, const LayerEntry& entry) {
    const std::int64_t size = entry.status.st_size;
    if (entry.status.st_blocks * 512 >= size) {
        return round_up(size, kExt4BlockBytes);
    }
    const sys::UniqueFd fd(
        ::openat(directory.fd(), entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    );
    if (!fd) {
        throw system_error("opening " + entry.name, errno);
    }
    std::int64_t bytes = 0;
    for (sys::DataRange data = sys::next_data(fd.get(), 0, size); !data.empty();
         data = sys::next_data(fd.get(), data.end, size)) {
        bytes +=
            round_up(data.end, kExt4BlockBytes) - data.begin / kExt4BlockBytes * kExt4BlockBytes;
    }
    return bytes;
}

std::int64_t content_bytes(const LayerDirectory& directory, const LayerEntry& entry) {
    const mode_t type = entry.status.st_mode & S_IFMT;
    if (type == S_IFREG) {
        return data_bytes(directory, entry);
    }
    return type == S_IFLNK && entry.status.st_size >= 60 ? kExt4BlockBytes : 0;
}

}  // namespace

ContentSize measure_layer(const LayerTree& layer, const std::vector<std::string>& excluded) {
    ContentSize size;
    std::set<std::pair<dev_t, ino_t>> linked;
    std::vector<std::string> pending{"/"};
    while (!pending.empty()) {
        const std::string directory = std::move(pending.back());
        pending.pop_back();
        const LayerDirectory source(host_path(layer, directory));
        const std::vector<LayerEntry> entries = source.entries();
        size += {directory_bytes(entries), 1};
        for (const LayerEntry& entry : entries) {
            const std::string path = child_path(directory, entry.name);
            if (entry.is_directory()) {
                const bool is_excluded =
                    std::find(excluded.begin(), excluded.end(), path) != excluded.end();
                if (is_excluded) {
                    size += {kExt4BlockBytes, 1};
                } else {
                    pending.push_back(path);
                }
            } else if (!entry.is_whiteout() &&
                       (entry.status.st_nlink == 1 ||
                        linked.emplace(entry.status.st_dev, entry.status.st_ino).second)) {
                size += {content_bytes(source, entry), 1};
            }
        }
    }
    return size;
}

}  // namespace kiln::disk
