#pragma once

#include "disk/data_writer.hpp"
#include "disk/ext4_image.hpp"
#include "disk/layer_directory.hpp"

#include <cstdint>
#include <vector>

namespace kiln::disk {

/// Writes what is not a directory: inode, data, attributes.
class FileWriter {
public:
    FileWriter(Ext4Volume& volume, std::int64_t latest_time, const WriteControl& control);

    /// Copies `entry` of `source` to a new inode, `preferred` if that is free, and returns its
    /// number. The data may stay queued until `flush`.
    ext2_ino_t write(const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t preferred);
    void flush() { data_.flush(); }

private:
    void write_content(
        const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t number, InodeBytes& inode
    );
    void write_target(
        const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t number, InodeBytes& inode
    );

    Ext4Volume& volume_;
    std::int64_t latest_time_;
    const WriteControl& control_;
    DataWriter data_;
};

/// Stores attributes in the inode or in a block beside it. The inode must have none yet.
void write_xattrs(Ext4Volume& volume, ext2_ino_t number, const std::vector<Xattr>& xattrs);

}  // namespace kiln::disk
