#pragma once

#include "contents/file_store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::contents {

/// The files of an image, whatever it is: an index of all names in memory, contents on request.
class ImageTree {
public:
    /// `name` is what messages call the image.
    explicit ImageTree(std::string name) : name_(std::move(name)) {}

    /// Puts the files of `store` at `at` ("" is the root, "boot/efi"), in the place of what is
    /// there.
    void mount(const std::string& at, std::unique_ptr<FileStore> store);
    /// Keeps a thing that stores need (a temporary file) for as long as the tree lives.
    void keep(std::shared_ptr<const void> thing) { kept_.push_back(std::move(thing)); }

    const std::string& name() const { return name_; }
    /// Sorted by the bytes of their paths.
    const std::vector<Entry>& entries() const { return entries_; }
    /// Whatever has that very path, a symlink itself; null when there is none.
    const Entry* find(std::string_view path) const;
    /// The path with every symlink followed, as a process would whose root the image is. A last
    /// part that is not there stays. Nothing for a loop of symlinks.
    std::optional<std::string> resolve(std::string_view path) const;
    /// What `path` leads to; null when there is nothing.
    const Entry* follow(std::string_view path) const;
    /// What stands in a folder, sorted; symlinks to it are followed. Empty when there is none.
    std::vector<const Entry*> children(std::string_view folder) const;
    /// Everything below a folder, however deep, sorted; symlinks to the folder itself are followed.
    std::span<const Entry> below(std::string_view folder) const;
    /// The regular file that `path` leads to, whole; nothing when there is none. Throws Error when
    /// it is larger than 256 MiB.
    std::optional<std::string> read_file(std::string_view path);
    void read(const Entry& entry, const ContentSink& sink) {
        stores_[entry.store]->read(entry, sink);
    }
    /// One reader for each store, for another thread; Entry::store is the place.
    std::vector<std::unique_ptr<FileStore>> readers();

private:
    std::string name_;
    std::vector<std::shared_ptr<const void>> kept_;  // outlives the stores
    std::vector<std::unique_ptr<FileStore>> stores_;
    std::vector<Entry> entries_;
};

/// The last part of a path.
std::string_view file_name(std::string_view path);

}  // namespace kiln::contents
