#pragma once

#include "contents/file_store.hpp"
#include "disk/layer_tree.hpp"

#include <memory>
#include <stop_token>
#include <vector>

namespace kiln::contents {

/// The tree that a chain of layers makes, the lowest first, without a mount.
std::unique_ptr<FileStore> make_layers_store(
    std::vector<disk::LayerTree> layers, std::stop_token stop
);

}  // namespace kiln::contents
