#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec::rootfs {

/// One member of a package's data archive (deb(5)).
struct DebEntry {
    enum class Type { regular, directory, symlink, hardlink, character_device, block_device, fifo };

    std::string path;  ///< absolute, without a final slash; "/" for the root itself
    Type type = Type::regular;
    unsigned mode = 0;  ///< permission bits, 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t mtime = 0;   ///< seconds
    std::int64_t size = 0;    ///< bytes, of a regular file
    std::string link_target;  ///< of a symlink as written; of a hard link absolute
    std::uint64_t device_number = 0;
};

/// A file of a package's control archive: "control", "md5sums", "postinst", ...
struct ControlFile {
    std::string content;
    unsigned mode = 0644;
};
using ControlFiles = std::map<std::string, ControlFile>;

/// Reads one .deb from front to back, holding no more than one decompression window of it.
class DebArchive {
public:
    /// Opens the file and reads its control archive. Throws Error naming the file.
    explicit DebArchive(const std::filesystem::path& file);
    ~DebArchive();
    DebArchive(const DebArchive&) = delete;
    DebArchive& operator=(const DebArchive&) = delete;

    const ControlFiles& control() const { return control_; }

    /// Steps to the next member of the data archive; false at the end.
    bool next(DebEntry& entry);
    /// Content of the current regular file, piece by piece; empty at its end. Valid until the next
    /// call.
    std::string_view read();

private:
    struct Reader;
    void open_member(const std::string& prefix);

    std::filesystem::path file_;
    std::unique_ptr<Reader> outer_;
    std::unique_ptr<Reader> inner_;
    ControlFiles control_;
};

}  // namespace kiln::exec::rootfs
