#pragma once

#include "contents/image_tree.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>

namespace kiln::disk {
class DiskFile;
}
namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::contents {

struct ReadDoors {
    sys::ProcessRunner& processes;              ///< qemu-img, mtools, rpm
    std::filesystem::path temp_directory = {};  ///< for what has to be unpacked; removed after
    std::stop_token stop = {};
    bool in_place = false;  ///< refuse what would have to be converted or unpacked first
};

/// Reads the index of an image's files. It may be a folder, a tar of any compression, a disk image
/// (raw, qcow2, vmdk, vhd, vhdx; raw also compressed) or a block device. Of a disk, the file system
/// with /etc/os-release is the root, and its fstab says where others belong. Throws Error when it
/// is none of these, is damaged or not whole, or holds no operating system; Error{unsupported} for
/// what `in_place` refuses.
ImageTree open_image(const std::filesystem::path& image, const ReadDoors& doors);

struct OpenedImage {
    std::shared_ptr<const disk::DiskFile> disk;  ///< null for a folder and a tar
    ImageTree tree;  ///< what the disk was converted or unpacked to goes with it
};
/// The same, with the disk that the files are on.
OpenedImage open_image_with_disk(const std::filesystem::path& image, const ReadDoors& doors);

}  // namespace kiln::contents
