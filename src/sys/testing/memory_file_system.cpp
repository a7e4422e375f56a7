#include "sys/testing/memory_file_system.hpp"

#include "base/error.hpp"

#include <cerrno>

namespace kiln::sys {

namespace {

using Path = std::filesystem::path;

constexpr int kMaxSymlinks = 40;  // as Linux

std::string parent_of(const std::string& resolved) {
    return resolved.substr(0, resolved.rfind('/'));
}

// Whether `path` is something below `folder`.
bool is_below(const std::string& path, const std::string& folder) {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

MemoryFileSystem::MemoryFileSystem() {
    nodes_[""] = {FileType::directory, 0755, "", 1, 0};
    add("/tmp", FileType::directory, 01777);
}

// The path without symlinks, "." and "..": as the kernel would walk it. What does not exist is
// taken as it is written.
std::string MemoryFileSystem::resolve(const Path& path, bool follow_last, int depth) const {
    if (depth > kMaxSymlinks) {
        throw system_error("resolving " + path.string(), ELOOP);
    }
    std::string resolved;
    for (auto part = path.begin(); part != path.end(); ++part) {
        const std::string name = part->string();
        if (name.empty() || name == "." || name == "/") {
            continue;
        }
        if (name == "..") {
            resolved = resolved.empty() ? "" : parent_of(resolved);
            continue;
        }
        const std::string next = resolved + "/" + name;
        const auto found = nodes_.find(next);
        const bool last = std::next(part) == path.end();
        if (found == nodes_.end() || found->second.type != FileType::symlink ||
            (last && !follow_last)) {
            resolved = next;
            continue;
        }
        // An absolute target replaces what is on its left.
        resolved = resolve(Path("/" + resolved) / found->second.content, true, depth + 1);
    }
    return resolved;
}

MemoryFileSystem::Node* MemoryFileSystem::find(const std::string& resolved) {
    const auto found = nodes_.find(resolved);
    return found == nodes_.end() ? nullptr : &found->second;
}

MemoryFileSystem::Node& MemoryFileSystem::require(
    const Path& path, bool follow_last, const char* doing
) {
    Node* node = find(resolve(path, follow_last));
    if (node == nullptr) {
        throw system_error(std::string(doing) + " " + path.string(), ENOENT);
    }
    return *node;
}

MemoryFileSystem::Node& MemoryFileSystem::add(
    const std::string& resolved, FileType type, unsigned mode
) {
    Node& node = nodes_[resolved];
    node = {type, mode, "", next_inode_++, ++ticks_};
    return node;
}

void MemoryFileSystem::require_parent(const std::string& resolved, const std::string& doing) {
    const Node* parent = find(parent_of(resolved));
    if (parent == nullptr) {
        throw system_error(doing, ENOENT);
    }
    if (parent->type != FileType::directory) {
        throw system_error(doing, ENOTDIR);
    }
}

FileStatus MemoryFileSystem::status_of(const Node& node) const {
    const auto size = static_cast<std::int64_t>(node.content.size());
    return {
        .type = node.type,
        .mode = node.mode,
        .size_bytes = size,
        .allocated_bytes = size,
        .modified_ns = node.modified_ns,
        .device = 1,
        .inode = node.inode};
}

std::int64_t MemoryFileSystem::used() const {
    std::int64_t bytes = 0;
    for (const auto& [path, node] : nodes_) {
        bytes += static_cast<std::int64_t>(node.content.size());
    }
    return bytes;
}

std::string MemoryFileSystem::read_file(const Path& path, std::int64_t limit_bytes) {
    std::scoped_lock lock(mutex_);
    const Node& node = require(path, true, "reading");
    if (node.type == FileType::directory) {
        throw system_error("reading " + path.string(), EISDIR);
    }
    if (std::ssize(node.content) > limit_bytes) {
        throw system_error("reading " + path.string(), EFBIG);
    }
    return node.content;
}

void MemoryFileSystem::write_file_atomic(
    const Path& path, std::string_view content, unsigned mode
) {
    std::scoped_lock lock(mutex_);
    const std::string doing = "writing " + path.string();
    // As a rename does, it replaces a symlink and does not follow it.
    const std::string resolved = resolve(path, false);
    require_parent(resolved, doing);
    const Node* old = find(resolved);
    if (old != nullptr && old->type == FileType::directory) {
        throw system_error(doing, EISDIR);
    }
    if (used() + std::ssize(content) > capacity_) {
        throw system_error(doing, ENOSPC);
    }
    add(resolved, FileType::regular, mode).content = content;
}

std::optional<FileStatus> MemoryFileSystem::status(const Path& path) {
    std::scoped_lock lock(mutex_);
    const Node* node = find(resolve(path, false));
    return node != nullptr ? std::optional(status_of(*node)) : std::nullopt;
}

std::optional<FileStatus> MemoryFileSystem::status_followed(const Path& path) {
    std::scoped_lock lock(mutex_);
    const Node* node = find(resolve(path, true));
    return node != nullptr ? std::optional(status_of(*node)) : std::nullopt;
}

std::string MemoryFileSystem::read_symlink(const Path& path) {
    std::scoped_lock lock(mutex_);
    const Node& node = require(path, false, "reading symlink");
    if (node.type != FileType::symlink) {
        throw system_error("reading symlink " + path.string(), EINVAL);
    }
    return node.content;
}

std::vector<DirectoryEntry> MemoryFileSystem::list_directory(const Path& path) {
    std::scoped_lock lock(mutex_);
    if (require(path, true, "reading folder").type != FileType::directory) {
        throw system_error("reading folder " + path.string(), ENOTDIR);
    }
    const std::string folder = resolve(path, true);
    std::vector<DirectoryEntry> entries;
    for (const auto& [name, node] : nodes_) {
        if (is_below(name, folder) && name.find('/', folder.size() + 1) == std::string::npos) {
            entries.push_back({name.substr(folder.size() + 1), node.type});
        }
    }
    return entries;
}

void MemoryFileSystem::make_directories(const Path& path, unsigned mode) {
    std::scoped_lock lock(mutex_);
    const std::string resolved = resolve(path, true);
    for (std::size_t end = 0; end != std::string::npos;) {
        end = resolved.find('/', end + 1);
        const std::string folder = resolved.substr(0, end);
        const Node* node = find(folder);
        if (node == nullptr) {
            add(folder, FileType::directory, mode);
        } else if (node->type != FileType::directory) {
            throw system_error("making folder " + path.string(), ENOTDIR);
        }
    }
}

Path MemoryFileSystem::make_temporary_directory(const Path& parent, const std::string& prefix) {
    std::scoped_lock lock(mutex_);
    require(parent, true, "making a temporary folder in");
    std::string number = std::to_string(next_inode_);
    number.insert(0, 6 - std::min<std::size_t>(6, number.size()), '0');
    const std::string resolved = resolve(parent, true) + "/" + prefix + number;
    add(resolved, FileType::directory, 0700);
    return resolved;
}

void MemoryFileSystem::make_symlink(const std::string& target, const Path& path) {
    std::scoped_lock lock(mutex_);
    const std::string doing = "making symlink " + path.string();
    const std::string resolved = resolve(path, false);
    require_parent(resolved, doing);
    if (find(resolved) != nullptr) {
        throw system_error(doing, EEXIST);
    }
    add(resolved, FileType::symlink, 0777).content = target;
}

void MemoryFileSystem::rename(const Path& from, const Path& to) {
    std::scoped_lock lock(mutex_);
    const std::string doing = "renaming " + from.string() + " to " + to.string();
    const std::string source = resolve(from, false);
    const std::string target = resolve(to, false);
    const Node* node = find(source);
    if (node == nullptr) {
        throw system_error(doing, ENOENT);
    }
    require_parent(target, doing);
    if (is_below(target, source)) {
        throw system_error(doing, EINVAL);
    }
    if (source == target) {
        return;
    }
    if (const Node* old = find(target)) {
        const bool folder = node->type == FileType::directory;
        if (folder != (old->type == FileType::directory)) {
            throw system_error(doing, folder ? ENOTDIR : EISDIR);
        }
        const auto next = nodes_.upper_bound(target + "/");
        if (next != nodes_.end() && is_below(next->first, target)) {
            throw system_error(doing, ENOTEMPTY);
        }
    }
    std::map<std::string, Node> moved;
    for (auto it = nodes_.begin(); it != nodes_.end();) {
        if (it->first == source || is_below(it->first, source)) {
            moved[target + it->first.substr(source.size())] = it->second;
            it = nodes_.erase(it);
        } else {
            ++it;
        }
    }
    for (auto& [path, entry] : moved) {
        nodes_[path] = entry;
    }
}

void MemoryFileSystem::set_mode(const Path& path, unsigned mode) {
    std::scoped_lock lock(mutex_);
    require(path, true, "changing the mode of").mode = mode;
}

bool MemoryFileSystem::remove_file(const Path& path) {
    std::scoped_lock lock(mutex_);
    const std::string resolved = resolve(path, false);
    const Node* node = find(resolved);
    if (node != nullptr && node->type == FileType::directory) {
        throw system_error("removing " + path.string(), EISDIR);
    }
    return nodes_.erase(resolved) > 0;
}

void MemoryFileSystem::remove_tree(const Path& path) {
    std::scoped_lock lock(mutex_);
    const std::string resolved = resolve(path, false);
    std::erase_if(nodes_, [&](const auto& entry) {
        return entry.first == resolved || is_below(entry.first, resolved);
    });
}

std::int64_t MemoryFileSystem::free_bytes(const Path& path) {
    std::scoped_lock lock(mutex_);
    require(path, true, "asking for the free space at");
    return capacity_ - used();
}

void MemoryFileSystem::set_capacity(std::int64_t bytes) {
    std::scoped_lock lock(mutex_);
    capacity_ = bytes;
}

void MemoryFileSystem::put(const std::string& path, std::string content, unsigned mode) {
    make_directories(Path(path).parent_path(), 0755);
    write_file_atomic(path, content, mode);
}

std::map<std::string, std::string> MemoryFileSystem::snapshot() {
    std::scoped_lock lock(mutex_);
    std::map<std::string, std::string> result;
    for (const auto& [path, node] : nodes_) {
        if (node.type == FileType::directory) {
            result[path + "/"] = "";
        } else {
            result[path] = (node.type == FileType::symlink ? "-> " : "") + node.content;
        }
    }
    return result;
}

}  // namespace kiln::sys
