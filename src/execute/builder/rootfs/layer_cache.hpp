#pragma once

#include "disk/disk_plan.hpp"
#include "execute/journal.hpp"
#include "execute/step_layers.hpp"
#include "sys/file_lock.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// What is known of a finished layer; kept beside its tree and never changed.
struct LayerRecord {
    std::string id;      ///< names this very tree; a tree made again has another
    std::string key;     ///< digest of what it was made from: parent's id, step, inputs
    std::string parent;  ///< id of the layer below; "" for the first
    std::string step;    ///< "bootstrap", "shell", ...: for people
    std::vector<StepInput> inputs;
    disk::ContentSize content;                 ///< of the tree
    std::int64_t created = 0;                  ///< seconds since 1970
    std::map<std::string, std::string> facts;  ///< what its maker noted for later: "epoch", ...

    bool operator==(const LayerRecord&) const = default;
};

/// A finished layer in use: not removed as long as the object lives.
struct HeldLayer {
    LayerRecord record;
    std::filesystem::path tree;
    std::shared_ptr<sys::FileLock> lock;
};

/// A raw disk image of the first layers of a chain, kept to start later images from.
struct HeldDisk {
    std::filesystem::path image;
    std::shared_ptr<sys::FileLock> lock;
};

/// A layer that is being made. Published by LayerCache::publish, otherwise removed at the end of
/// its scope.
class PartialLayer {
public:
    PartialLayer(PartialLayer&&) noexcept;
    PartialLayer& operator=(PartialLayer&&) = delete;
    ~PartialLayer();

    std::filesystem::path tree() const { return folder_ / "tree"; }
    /// An empty folder on the same file system, gone with the partial layer.
    std::filesystem::path scratch() const { return folder_ / "scratch"; }

private:
    friend class LayerCache;
    PartialLayer(sys::FileSystem& files, Journal& journal, std::filesystem::path folder);

    sys::FileSystem* files_;
    std::filesystem::path folder_;
    JournalEntry entry_;
};

/// The folder $XDG_CACHE_HOME/kiln/layers. A layer's tree is an overlayfs upper directory; it is
/// made under a name that ends in ".partial", appears by one rename and never changes again.
/// Several kilns may use one folder at once.
class LayerCache {
public:
    /// Makes nothing until something is put into it.
    LayerCache(sys::FileSystem& files, Journal& journal, std::filesystem::path cache_directory);

    static std::string key_of(
        const std::string& parent_id, const std::string& step, const std::vector<StepInput>& inputs
    );

    /// The layer made from these inputs, when it is there; counts as a use of it.
    std::optional<HeldLayer> find(const std::string& key);
    PartialLayer begin();
    /// Measures the tree, writes its record (id and content are filled in here) and renames it into
    /// place. From now on `find` gives this layer for the key.
    HeldLayer publish(PartialLayer partial, LayerRecord record);

    /// Disk images of chains, by the digest of their layers and layout.
    std::optional<HeldDisk> find_disk(const std::string& key);
    /// Calls `make` with a path on the cache's file system, then keeps what it wrote there.
    HeldDisk keep_disk(
        const std::string& key, const std::function<void(const std::filesystem::path&)>& make
    );

    /// What the last build of the same thing was made of, layer by layer; `who` names the thing.
    std::vector<LayerRecord> last_chain(const std::string& who);
    void remember_chain(const std::string& who, const std::vector<LayerRecord>& chain);

    /// Removes what was not used for longest until the rest is below the limit.
    void shrink_to(std::int64_t limit_bytes);

private:
    std::filesystem::path layer_folder(const std::string& id) const;
    std::filesystem::path link_of(const std::string& key) const;

    sys::FileSystem& files_;
    Journal& journal_;
    std::filesystem::path root_;
};

}  // namespace kiln::exec::rootfs
