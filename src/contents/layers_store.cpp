#include "contents/layers_store.hpp"

#include "base/error.hpp"
#include "contents/entry_at.hpp"
#include "disk/merged_tree.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <utility>

namespace kiln::contents {
namespace {

class LayersStore final : public FileStore {
public:
    LayersStore(std::vector<disk::LayerTree> layers, std::stop_token stop)
        : layers_(std::move(layers)), stop_(std::move(stop)) {}

    std::vector<Entry> list() override {
        std::vector<Entry> entries;
        const auto add = [&](const disk::MergedEntry& merged) {
            if (merged.path == "/") {
                return;
            }
            const std::string& name = merged.entry.name;
            Entry entry = entry_at(
                merged.folder.fd(), name, merged.entry.status, merged.path.substr(1), "the layers"
            );
            entry.handle = files_->size();
            files_->push_back(name.empty() ? merged.folder.path() : merged.folder.path() / name);
            entries.push_back(std::move(entry));
        };
        disk::walk_merged_tree(layers_, add, {stop_, {}});
        return entries;
    }

    void read(const Entry& entry, const ContentSink& sink) override {
        const std::filesystem::path& path = (*files_)[entry.handle];
        const sys::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!file) {
            throw system_error("reading " + path.string(), errno);
        }
        read_all(file.get(), sink, path.string());
    }

    std::unique_ptr<FileStore> another() override {
        auto copy = std::make_unique<LayersStore>(layers_, stop_);
        copy->files_ = files_;
        return copy;
    }

private:
    std::vector<disk::LayerTree> layers_;
    std::stop_token stop_;
    /// By handle: which layer's file it is.
    std::shared_ptr<std::vector<std::filesystem::path>> files_ =
        std::make_shared<std::vector<std::filesystem::path>>();
};

}  // namespace

std::unique_ptr<FileStore> make_layers_store(
    std::vector<disk::LayerTree> layers, std::stop_token stop
) {
    return std::make_unique<LayersStore>(std::move(layers), std::move(stop));
}

}  // namespace kiln::contents
