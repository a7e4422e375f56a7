#pragma once

#include "sys/file_system.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::contents {

/// One name in an image, as lstat(2) would show it.
struct Entry {
    std::string path;  ///< from the image's root, without a slash in front: "usr/bin/ls"
    sys::FileType type = sys::FileType::regular;
    unsigned mode = 0;  ///< permission bits, 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t size_bytes = 0;  ///< of regular files; 0 for others
    std::int64_t modified = 0;    ///< seconds since 1970
    std::string target;           ///< what a symlink holds
    std::string device;           ///< "1:3" of a device
    std::string capability;       ///< the attribute security.capability, as it is stored
    std::uint64_t handle = 0;     ///< the store's own way to the content
    std::size_t store = 0;        ///< which of the tree's stores has it
};

/// Receives a content in pieces, in order.
using ContentSink = std::function<void(std::string_view)>;

/// Where the files of one file system lie: a folder, an archive, a partition. One thread at a time
/// may use an object.
class FileStore {
public:
    virtual ~FileStore() = default;

    /// Everything in it except its root, in any order. Throws Error when it can not be read whole.
    virtual std::vector<Entry> list() = 0;
    /// The content of a regular file of `list()`.
    virtual void read(const Entry& entry, const ContentSink& sink) = 0;
    /// The same store for another thread. Valid as long as this one.
    virtual std::unique_ptr<FileStore> another() = 0;
};

}  // namespace kiln::contents
