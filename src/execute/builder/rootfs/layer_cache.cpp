#include "execute/builder/rootfs/layer_cache.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "disk/layer_tree.hpp"
#include "sys/file_system.hpp"

#include <chrono>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr const char* kRecordName = "record.json";

}  // namespace

std::string new_layer_id(const std::string& key) {
    return sha256_hex(key + random_name()).substr(0, key.size());
}

LayerCache::LayerCache(
    sys::FileSystem& files, Journal& journal, std::filesystem::path cache_directory
)
    : files_(files),
      journal_(journal),
      root_(std::move(cache_directory)),
      layers_(files, root_ / "layers"),
      disks_(files, root_ / "disks") {}

// A key leads to the id of a layer, not to the layer: a layer that is made again (-no-cache) gets
// another id, and with it all that stands on it, so that no layer is ever put on another tree than
// the one it was made on.
std::filesystem::path LayerCache::name_file(const std::string& key) const {
    return root_ / "keys" / key;
}

std::filesystem::path LayerCache::chain_file(const std::string& who) const {
    return root_ / "chains" / sha256_hex(who).substr(0, 32);
}

std::optional<HeldLayer> LayerCache::find(const std::string& key) {
    if (!files_.status(name_file(key))) {
        return std::nullopt;
    }
    std::optional<HeldEntry> entry = layers_.hold(files_.read_file(name_file(key)));
    if (!entry) {
        return std::nullopt;
    }
    const std::vector<LayerRecord> records =
        chain_from_json(files_.read_file(entry->folder / kRecordName));
    if (records.size() != 1 || records[0].key != key) {
        return std::nullopt;
    }
    return HeldLayer{records[0], std::move(*entry)};
}

PartialLayer LayerCache::begin() {
    PartialLayer layer(layers_.begin(journal_));
    files_.make_directories(layer.tree());
    files_.make_directories(layer.scratch());
    return layer;
}

HeldLayer LayerCache::publish(PartialLayer partial, LayerRecord record) {
    files_.remove_tree(partial.scratch());
    record.content = disk::measure_layer(partial.tree());
    record.created = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch()
    )
                         .count();
    if (record.id.empty()) {
        record.id = new_layer_id(record.key);
    }
    files_.write_file_atomic(
        partial.entry_.folder() / kRecordName, to_json(std::vector<LayerRecord>{record})
    );
    HeldEntry entry = layers_.publish(std::move(partial.entry_), record.id);
    files_.make_directories(root_ / "keys");
    files_.write_file_atomic(name_file(record.key), record.id);
    return {std::move(record), std::move(entry)};
}

std::optional<HeldDisk> LayerCache::find_disk(const std::string& key) {
    std::optional<HeldEntry> entry = disks_.hold(key);
    if (!entry) {
        return std::nullopt;
    }
    return HeldDisk{std::move(*entry)};
}

HeldDisk LayerCache::keep_disk(
    const std::string& key, const std::function<void(const std::filesystem::path&)>& make
) {
    PartialEntry partial = disks_.begin(journal_);
    make(partial.folder() / "image");
    return HeldDisk{disks_.publish(std::move(partial), key)};
}

std::vector<LayerRecord> LayerCache::last_chain(const std::string& who) {
    const std::filesystem::path file = chain_file(who);
    return files_.status(file) ? chain_from_json(files_.read_file(file))
                               : std::vector<LayerRecord>{};
}

void LayerCache::remember_chain(const std::string& who, const std::vector<LayerRecord>& chain) {
    files_.make_directories(root_ / "chains");
    files_.write_file_atomic(chain_file(who), to_json(chain));
}

}  // namespace kiln::exec::rootfs
