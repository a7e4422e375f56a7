#include "disk/merged_tree.hpp"

#include "disk/layer_start.hpp"

#include <cstddef>
#include <map>
#include <utility>

namespace kiln::disk {
namespace {

/// What the layers have under one name of a directory.
struct MergedName {
    LayerEntry top{};
    std::vector<std::size_t> layers{};  // that hold it, the topmost first; more of a directory only
    bool hides_below = false;           // what lower layers have under this name is not seen
};

/// A directory that is still to be visited.
struct PendingMerge {
    std::string path;
    LayerEntry entry;
    std::vector<std::size_t> layers;  // the topmost first
};

void add_name(
    MergedName& name, const LayerEntry& entry, const LayerDirectory& folder, std::size_t layer
) {
    if (name.hides_below) {
        return;
    }
    if (name.layers.empty()) {
        name.top = entry;
    }
    if (name.layers.empty() || entry.is_directory()) {
        name.layers.push_back(layer);
    }
    name.hides_below = !entry.is_directory() || folder.xattrs(entry.name).opaque;
}

class MergedWalk {
public:
    MergedWalk(
        const std::vector<LayerTree>& layers,
        const std::function<void(const MergedEntry&)>& visit,
        const WriteControl& control
    )
        : layers_(layers), visit_(visit), control_(control) {}

    void run() {
        const LayerStart start = find_layer_start(layers_.back(), "/");
        PendingMerge root{"/", {.status = *start.status}, {}};
        for (std::size_t layer = layers_.size(); layer-- > 0;) {
            root.layers.push_back(layer);
            if (LayerDirectory(layers_[layer]).xattrs("").opaque) {
                break;
            }
        }
        pending_.push_back(std::move(root));
        while (!pending_.empty()) {
            const PendingMerge directory = std::move(pending_.back());
            pending_.pop_back();
            visit(directory);
        }
    }

private:
    void visit(const PendingMerge& directory) {
        throw_if_stopped(control_.stop);
        std::map<std::size_t, LayerDirectory> folders;
        std::map<std::string, MergedName> names;
        for (const std::size_t layer : directory.layers) {
            const LayerDirectory& folder =
                folders.emplace(layer, LayerDirectory(host_path(layers_[layer], directory.path)))
                    .first->second;
            for (const LayerEntry& entry : folder.entries()) {
                add_name(names[entry.name], entry, folder, layer);
            }
        }
        visit_({directory.path, folders.at(directory.layers.front()), directory.entry});
        for (const auto& [name, merged] : names) {
            if (!merged.top.is_directory() && !merged.top.is_whiteout()) {
                const std::string path = child_path(directory.path, name);
                visit_({path, folders.at(merged.layers.front()), merged.top});
            }
        }
        // A stack: what is pushed last is visited next.
        for (auto at = names.rbegin(); at != names.rend(); ++at) {
            if (at->second.top.is_directory()) {
                pending_.push_back(
                    {child_path(directory.path, at->first),
                     {.status = at->second.top.status},
                     std::move(at->second.layers)}
                );
            }
        }
    }

    const std::vector<LayerTree>& layers_;
    const std::function<void(const MergedEntry&)>& visit_;
    const WriteControl& control_;
    std::vector<PendingMerge> pending_;
};

}  // namespace

void walk_merged_tree(
    const std::vector<LayerTree>& layers,
    const std::function<void(const MergedEntry&)>& visit,
    const WriteControl& control
) {
    MergedWalk(layers, visit, control).run();
}

}  // namespace kiln::disk
