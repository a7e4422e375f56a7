#include "disk/layer_tree.hpp"

#include "disk/ext4_directory.hpp"
#include "disk/layer_directory.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kiln::disk {
namespace {

constexpr std::int64_t kBlock = kExt4BlockBytes;

/// Blocks that a directory of these entries takes; its hash tree leaves no leaf half empty.
std::int64_t directory_bytes(const std::vector<LayerEntry>& entries) {
    std::int64_t records = 24;
    for (const LayerEntry& entry : entries) {
        records += round_up(8 + static_cast<std::int64_t>(entry.name.size()), 4);
    }
    const std::int64_t blocks = records / (kBlock - 256) + 1;
    return (blocks == 1 ? 1 : blocks + 1 + blocks / 500) * kBlock;
}

std::int64_t content_bytes(const LayerEntry& entry) {
    const mode_t type = entry.status.st_mode & S_IFMT;
    if (type == S_IFREG) {
        // A file with holes takes no more than the host gives it, but for a compressing host.
        return round_up(entry.status.st_size, kBlock);
    }
    return type == S_IFLNK && entry.status.st_size >= 60 ? kBlock : 0;
}

}  // namespace

ContentSize measure_layer(const LayerTree& layer, const std::vector<std::string>& excluded) {
    ContentSize size;
    std::set<std::pair<dev_t, ino_t>> linked;
    std::vector<std::string> pending{"/"};
    while (!pending.empty()) {
        const std::string directory = std::move(pending.back());
        pending.pop_back();
        const std::vector<LayerEntry> entries =
            LayerDirectory(layer / directory.substr(1)).entries();
        size += {directory_bytes(entries), 1};
        for (const LayerEntry& entry : entries) {
            const std::string path = (directory == "/" ? "" : directory) + "/" + entry.name;
            if (entry.is_directory()) {
                const bool is_excluded =
                    std::find(excluded.begin(), excluded.end(), path) != excluded.end();
                if (is_excluded) {
                    size += {kBlock, 1};
                } else {
                    pending.push_back(path);
                }
            } else if (!entry.is_whiteout() &&
                       (entry.status.st_nlink == 1 ||
                        linked.emplace(entry.status.st_dev, entry.status.st_ino).second)) {
                size += {content_bytes(entry), 1};
            }
        }
    }
    return size;
}

}  // namespace kiln::disk
