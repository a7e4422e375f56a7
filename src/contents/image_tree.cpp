#include "contents/image_tree.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <iterator>

namespace kiln::contents {
namespace {

constexpr int kMostSymlinks = 40;  // as the kernel's MAXSYMLINKS

bool path_is_less(const Entry& entry, std::string_view path) {
    return entry.path < path;
}

/// The parts of a path still to be walked, the first one last.
std::vector<std::string> parts_reversed(std::string_view path) {
    std::vector<std::string> parts = split(path, '/');
    std::reverse(parts.begin(), parts.end());
    return parts;
}

}  // namespace

std::string_view file_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void ImageTree::mount(const std::string& at, std::unique_ptr<FileStore> store) {
    std::vector<Entry> added = store->list();
    const std::string prefix = at.empty() ? "" : at + "/";
    std::erase_if(entries_, [&](const Entry& entry) { return entry.path.starts_with(prefix); });
    for (Entry& entry : added) {
        entry.path.insert(0, prefix);
        entry.store = stores_.size();
    }
    std::move(added.begin(), added.end(), std::back_inserter(entries_));
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return a.path < b.path;
    });
    stores_.push_back(std::move(store));
}

const Entry* ImageTree::find(std::string_view path) const {
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), path, path_is_less);
    return found != entries_.end() && found->path == path ? &*found : nullptr;
}

std::optional<std::string> ImageTree::resolve(std::string_view path) const {
    std::vector<std::string> todo = parts_reversed(path);
    std::string done;
    int symlinks = 0;
    while (!todo.empty()) {
        const std::string part = std::move(todo.back());
        todo.pop_back();
        if (part.empty() || part == ".") {
            continue;
        }
        if (part == "..") {
            const std::size_t slash = done.rfind('/');
            done.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        const std::string next = done.empty() ? part : done + "/" + part;
        const Entry* const entry = find(next);
        if (entry == nullptr || entry->type != sys::FileType::symlink) {
            done = next;
            continue;
        }
        if (++symlinks > kMostSymlinks) {
            return std::nullopt;
        }
        if (entry->target.starts_with('/')) {
            done.clear();
        }
        std::vector<std::string> parts = parts_reversed(entry->target);
        std::move(parts.begin(), parts.end(), std::back_inserter(todo));
    }
    return done;
}

const Entry* ImageTree::follow(std::string_view path) const {
    const std::optional<std::string> resolved = resolve(path);
    return resolved ? find(*resolved) : nullptr;
}

std::vector<const Entry*> ImageTree::children(std::string_view folder) const {
    const std::optional<std::string> resolved = resolve(folder);
    std::vector<const Entry*> found;
    if (!resolved) {
        return found;
    }
    const std::string prefix = resolved->empty() ? "" : *resolved + "/";
    auto at = std::lower_bound(entries_.begin(), entries_.end(), prefix, path_is_less);
    while (at != entries_.end() && at->path.starts_with(prefix)) {
        const std::size_t slash = at->path.find('/', prefix.size());
        if (slash == std::string::npos) {
            found.push_back(&*at);
            ++at;
        } else {
            // Behind all of that folder: '0' is the byte after '/'.
            at =
                std::lower_bound(at, entries_.end(), at->path.substr(0, slash) + "0", path_is_less);
        }
    }
    return found;
}

std::span<const Entry> ImageTree::below(std::string_view folder) const {
    const std::optional<std::string> resolved = resolve(folder);
    if (!resolved) {
        return {};
    }
    if (resolved->empty()) {
        return entries_;
    }
    const auto begin =
        std::lower_bound(entries_.begin(), entries_.end(), *resolved + "/", path_is_less);
    return {begin, std::lower_bound(begin, entries_.end(), *resolved + "0", path_is_less)};
}

std::optional<std::string> ImageTree::read_file(std::string_view path) {
    const Entry* const entry = follow(path);
    if (entry == nullptr || entry->type != sys::FileType::regular) {
        return std::nullopt;
    }
    if (entry->size_bytes > sys::kReadLimitBytes) {
        throw Error(
            ErrorKind::input,
            name_ + ": /" + entry->path + " has " + format_bytes(entry->size_bytes) +
                ", more than the " + format_bytes(sys::kReadLimitBytes) + " such a file may have"
        );
    }
    std::string content;
    read(*entry, [&content](std::string_view piece) { content += piece; });
    return content;
}

std::vector<std::unique_ptr<FileStore>> ImageTree::readers() {
    std::vector<std::unique_ptr<FileStore>> readers;
    for (const std::unique_ptr<FileStore>& store : stores_) {
        readers.push_back(store->another());
    }
    return readers;
}

}  // namespace kiln::contents
