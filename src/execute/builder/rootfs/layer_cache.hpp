#pragma once

#include "execute/builder/rootfs/cache_shelf.hpp"
#include "execute/builder/rootfs/layer_record.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// A finished layer in use: not removed as long as the object lives.
struct HeldLayer {
    LayerRecord record;
    HeldEntry entry;

    std::filesystem::path tree() const { return entry.folder / "tree"; }
};

/// A raw disk image of the first layers of a chain, kept to start later images from.
struct HeldDisk {
    HeldEntry entry;

    std::filesystem::path image() const { return entry.folder / "image"; }
};

/// A layer that is being made; removed at the end of its scope unless it was published.
class PartialLayer {
public:
    /// An empty overlayfs upper directory.
    std::filesystem::path tree() const { return entry_.folder() / "tree"; }
    /// An empty folder on the same file system, gone when the layer is finished.
    std::filesystem::path scratch() const { return entry_.folder() / "scratch"; }

private:
    friend class LayerCache;
    explicit PartialLayer(PartialEntry entry) : entry_(std::move(entry)) {}
    PartialEntry entry_;
};

/// The id of a layer that is made now: no other has it.
std::string new_layer_id(const std::string& key);

/// The layers and disks of $XDG_CACHE_HOME/kiln. Several kilns may use one cache at once.
class LayerCache {
public:
    /// Makes nothing until something is put into it.
    LayerCache(sys::FileSystem& files, Journal& journal, std::filesystem::path cache_directory);

    /// The layer made from these inputs, when it is there; counts as a use of it.
    std::optional<HeldLayer> find(const std::string& key);
    PartialLayer begin();
    /// Measures the tree and renames it into place; content and time of `record` are filled in
    /// here, and its id when it has none yet. From now on `find` gives this layer for its key, in
    /// place of any other.
    HeldLayer publish(PartialLayer partial, LayerRecord record);

    /// Where the tree of a layer of this id is, or will be.
    std::filesystem::path place_of(const std::string& id) const {
        return layers_.folder_of(id) / "tree";
    }

    std::optional<HeldDisk> find_disk(const std::string& key);
    /// Calls `make` with a path on the cache's file system and keeps the file that it writes there.
    HeldDisk keep_disk(
        const std::string& key, const std::function<void(const std::filesystem::path&)>& make
    );

    /// What the last build of the same thing was made of, layer by layer; `who` names the thing.
    std::vector<LayerRecord> last_chain(const std::string& who);
    void remember_chain(const std::string& who, const std::vector<LayerRecord>& chain);

private:
    std::filesystem::path name_file(const std::string& key) const;
    std::filesystem::path chain_file(const std::string& who) const;

    sys::FileSystem& files_;
    Journal& journal_;
    std::filesystem::path root_;
    CacheShelf layers_;
    CacheShelf disks_;
};

}  // namespace kiln::exec::rootfs
