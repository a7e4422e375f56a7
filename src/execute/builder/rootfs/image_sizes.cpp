#include "execute/builder/rootfs/image_sizes.hpp"

#include "contents/layers_store.hpp"
#include "contents/sizes.hpp"

namespace kiln::exec::rootfs {

std::string image_sizes(const std::vector<HeldLayer>& chain, const BuildContext& context) {
    std::vector<disk::LayerTree> layers;
    for (const HeldLayer& layer : chain) {
        layers.push_back(layer.tree());
    }
    contents::ImageTree tree("the image");
    tree.mount("", contents::make_layers_store(std::move(layers), context.stop));
    return contents::sizes_json(
        tree, {context.effects.processes, context.effects.temp_directory, context.stop}
    );
}

}  // namespace kiln::exec::rootfs
