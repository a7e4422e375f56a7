// Applying a layer: walk the layer's directories, name by name in byte order, and make the volume
// agree. Data is written on the way, so that files of one directory lie together. Directories are
// written last, all of them next to each other and those near the root first: what a small change
// touches is then in few places, and the names of a new directory are laid out in one go.
//
// Why the bytes are a function of volume and layer: the order is that of names, inodes and blocks
// are taken by rules that look at the bitmaps alone, and holes are where a file has only zeros, not
// where the host's file system happens to have them.
#include "disk/ext4_directory_io.hpp"
#include "disk/ext4_file_writer.hpp"
#include "disk/ext4_image.hpp"
#include "disk/ext4_inode.hpp"
#include "disk/file_system.hpp"
#include "disk/layer_directory.hpp"
#include "disk/layer_start.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <utility>

namespace kiln::disk {
namespace {

/// A directory of the layer with the entries it shall have on the volume.
struct PendingDirectory {
    std::string path{};  // absolute, in the layer
    ext2_ino_t number = 0;
    ext2_ino_t parent = 0;
    bool is_new = false;
    int depth = 0;
    struct stat status {};

    DirectoryEntries entries{};
    bool entries_changed = false;
    std::vector<Xattr> xattrs{};
};

class LayerWriter {
public:
    LayerWriter(
        Ext4Volume& volume,
        std::int64_t latest_time,
        const LayerTree& layer,
        const TreeSelection& selection,
        const WriteControl& control
    )
        : volume_(volume),
          latest_time_(latest_time),
          layer_(layer),
          selection_(selection),
          stop_(control.stop),
          files_(volume, latest_time, control) {}

    void run() {
        const LayerStart start = find_layer_start(layer_, selection_.subtree);
        if (start.clear_first) {
            clear_root();
        }
        if (!start.status) {
            return;
        }
        add_directory(
            {.path = selection_.subtree,
             .number = EXT2_ROOT_INO,
             .parent = EXT2_ROOT_INO,
             .status = *start.status}
        );
        while (!to_visit_.empty()) {
            PendingDirectory& directory = *to_visit_.back();
            to_visit_.pop_back();
            visit(directory);
        }
        files_.flush();
        write_directories();
    }

private:
    void clear_root();
    void add_directory(PendingDirectory directory);
    void visit(PendingDirectory& directory);
    void hide_what_lies_below(PendingDirectory& directory);
    void apply(PendingDirectory& directory, const LayerDirectory& source, const LayerEntry& entry);
    void apply_directory(PendingDirectory& directory, const LayerEntry& entry);
    void apply_file(
        PendingDirectory& directory, const LayerDirectory& source, const LayerEntry& entry
    );
    void set_entry(PendingDirectory& directory, const LayerEntry& entry, ext2_ino_t number);
    void add_link(ext2_ino_t number);
    ext2_ino_t remove(const DirectoryEntry& entry);
    void write_directories();
    void write(PendingDirectory& directory);

    Ext4Volume& volume_;
    std::int64_t latest_time_;
    const LayerTree& layer_;
    const TreeSelection& selection_;
    std::stop_token stop_;
    FileWriter files_;
    std::deque<PendingDirectory> directories_;
    std::vector<PendingDirectory*> to_visit_;  // a stack
    std::map<std::pair<dev_t, ino_t>, ext2_ino_t> linked_;
};

void LayerWriter::clear_root() {
    PendingDirectory root{.number = EXT2_ROOT_INO};
    root.entries = read_directory(volume_, EXT2_ROOT_INO);
    hide_what_lies_below(root);
    InodeBytes inode = volume_.read_inode(EXT2_ROOT_INO);
    write_directory(volume_, EXT2_ROOT_INO, EXT2_ROOT_INO, root.entries, inode);
}

void LayerWriter::add_directory(PendingDirectory directory) {
    directories_.push_back(std::move(directory));
    to_visit_.push_back(&directories_.back());
}

void LayerWriter::visit(PendingDirectory& directory) {
    throw_if_stopped(stop_);
    const LayerDirectory source(host_path(layer_, directory.path));
    LayerXattrs xattrs = source.xattrs("");
    directory.xattrs = std::move(xattrs.kept);
    if (!directory.is_new) {
        directory.entries = read_directory(volume_, directory.number);
        if (xattrs.opaque) {
            hide_what_lies_below(directory);
        }
    }
    const auto& excluded = selection_.excluded;
    if (std::find(excluded.begin(), excluded.end(), directory.path) != excluded.end()) {
        return;
    }
    const std::size_t first_child = to_visit_.size();
    for (const LayerEntry& entry : source.entries()) {
        try {
            apply(directory, source, entry);
        } catch (Error& error) {
            error.add_context("writing " + child_path(directory.path, entry.name));
            throw;
        }
    }
    // The last one pushed is visited next: in the order of names, then.
    std::reverse(to_visit_.begin() + static_cast<std::ptrdiff_t>(first_child), to_visit_.end());
    if (!directory.entries_changed && !directory.is_new) {
        directory.entries.clear();
    }
}

void LayerWriter::hide_what_lies_below(PendingDirectory& directory) {
    for (auto at = directory.entries.begin(); at != directory.entries.end();) {
        if (directory.number == EXT2_ROOT_INO && at->first == kLostAndFound) {
            ++at;
            continue;
        }
        remove(at->second);
        at = directory.entries.erase(at);
        directory.entries_changed = true;
    }
}

void LayerWriter::apply(
    PendingDirectory& directory, const LayerDirectory& source, const LayerEntry& entry
) {
    if (entry.is_directory()) {
        apply_directory(directory, entry);
    } else if (!entry.is_whiteout()) {
        apply_file(directory, source, entry);
    } else if (const auto old = directory.entries.find(entry.name);
               old != directory.entries.end()) {
        remove(old->second);
        directory.entries.erase(old);
        directory.entries_changed = true;
    }
}

void LayerWriter::apply_directory(PendingDirectory& directory, const LayerEntry& entry) {
    PendingDirectory child{
        .path = child_path(directory.path, entry.name),
        .parent = directory.number,
        .depth = directory.depth + 1,
        .status = entry.status};
    const auto old = directory.entries.find(entry.name);
    if (old != directory.entries.end() && old->second.file_type == EXT2_FT_DIR) {
        child.number = old->second.inode;
    } else {
        const ext2_ino_t freed = old == directory.entries.end() ? 0 : remove(old->second);
        child.number = volume_.allocate_inode(true, freed);
        child.is_new = true;
        set_entry(directory, entry, child.number);
    }
    add_directory(std::move(child));
}

void LayerWriter::apply_file(
    PendingDirectory& directory, const LayerDirectory& source, const LayerEntry& entry
) {
    const auto old = directory.entries.find(entry.name);
    const ext2_ino_t freed = old == directory.entries.end() ? 0 : remove(old->second);
    const std::pair key(entry.status.st_dev, entry.status.st_ino);
    const bool may_be_linked = entry.status.st_nlink > 1;
    if (const auto first = linked_.find(key); may_be_linked && first != linked_.end()) {
        add_link(first->second);
        set_entry(directory, entry, first->second);
        return;
    }
    const ext2_ino_t number = files_.write(source, entry, freed);
    if (may_be_linked) {
        linked_.emplace(key, number);
    }
    set_entry(directory, entry, number);
}

void LayerWriter::set_entry(
    PendingDirectory& directory, const LayerEntry& entry, ext2_ino_t number
) {
    const DirectoryEntry wanted{entry.name, number, directory_file_type(entry.status.st_mode)};
    DirectoryEntry& present = directory.entries[entry.name];
    if (present != wanted) {
        present = wanted;
        directory.entries_changed = true;
    }
}

void LayerWriter::add_link(ext2_ino_t number) {
    InodeBytes inode = volume_.read_inode(number);
    if (inode.inode.i_links_count >= EXT2_LINK_MAX) {
        throw Error(ErrorKind::unsupported, "a file has more links than ext4 can count");
    }
    ++inode.inode.i_links_count;
    volume_.write_inode(number, inode);
}

/// Takes away a name's share of its inode, a directory with all that is in it. Returns the inode's
/// number when it is free now, else 0.
ext2_ino_t LayerWriter::remove(const DirectoryEntry& entry) {
    InodeBytes inode = volume_.read_inode(entry.inode);
    if (entry.file_type == EXT2_FT_DIR) {
        for (const auto& [name, child] : read_directory(volume_, entry.inode)) {
            remove(child);
        }
    } else if (inode.inode.i_links_count > 1) {
        --inode.inode.i_links_count;
        volume_.write_inode(entry.inode, inode);
        return 0;
    }
    volume_.free_inode(entry.inode, inode);
    return entry.inode;
}

void LayerWriter::write_directories() {
    std::stable_sort(directories_.begin(), directories_.end(), [](const auto& a, const auto& b) {
        return a.depth < b.depth;
    });
    for (PendingDirectory& directory : directories_) {
        throw_if_stopped(stop_);
        try {
            write(directory);
        } catch (Error& error) {
            error.add_context("writing " + directory.path);
            throw;
        }
    }
}

void LayerWriter::write(PendingDirectory& directory) {
    InodeBytes inode = inode_from_status(directory.status, latest_time_);
    if (!directory.is_new) {
        InodeBytes old = volume_.read_inode(directory.number);
        volume_.free_xattr_block(old);
        keep_data(old, inode);
    }
    if (directory.is_new || directory.entries_changed) {
        write_directory(volume_, directory.number, directory.parent, directory.entries, inode);
    } else {
        volume_.write_inode(directory.number, inode);
    }
    write_xattrs(volume_, directory.number, directory.xattrs);
}

}  // namespace

void apply_layer_to_ext4(
    const std::filesystem::path& image,
    const Ext4Geometry& geometry,
    const LayerTree& layer,
    const TreeSelection& selection,
    const WriteControl& control
) {
    Ext4Volume volume(image, geometry);
    LayerWriter(volume, geometry.fixed_time, layer, selection, control).run();
    volume.close();
}

}  // namespace kiln::disk
