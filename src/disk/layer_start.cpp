#include "disk/layer_start.hpp"

#include "base/error.hpp"
#include "disk/layer_directory.hpp"

#include <cerrno>
#include <vector>

namespace kiln::disk {
namespace {

/// Every path from the first component of `path` to `path` itself: "/a/b" gives "/a", "/a/b".
std::vector<std::string> prefixes(const std::string& path) {
    std::vector<std::string> list;
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        list.push_back(path.substr(0, slash));
    }
    if (path != "/") {
        list.push_back(path);
    }
    return list;
}

std::optional<LayerEntry> look_up(const LayerTree& layer, const std::string& path) {
    LayerEntry entry{.name = path};
    if (::lstat(host_path(layer, path).c_str(), &entry.status) == 0) {
        return entry;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return std::nullopt;
    }
    throw system_error("reading " + host_path(layer, path).string(), errno);
}

}  // namespace

std::filesystem::path host_path(const LayerTree& layer, const std::string& path) {
    return path == "/" ? layer : layer / path.substr(1);
}

std::string child_path(const std::string& path, const std::string& name) {
    return path == "/" ? "/" + name : path + "/" + name;
}

LayerStart find_layer_start(const LayerTree& layer, const std::string& subtree) {
    std::optional<LayerEntry> found = look_up(layer, "/");
    if (!found || !found->is_directory()) {
        throw Error(ErrorKind::input, "layer " + layer.string() + " is not a directory");
    }
    LayerStart start;
    for (const std::string& path : prefixes(subtree)) {
        found = look_up(layer, path);
        if (!found) {
            return start;
        }
        if (!found->is_directory()) {
            start.clear_first = true;
            return start;
        }
        if (LayerDirectory(host_path(layer, path)).xattrs("").opaque) {
            start.clear_first = true;
        }
    }
    start.status = found->status;
    return start;
}

}  // namespace kiln::disk
