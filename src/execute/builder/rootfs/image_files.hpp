#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/disk_images.hpp"
#include "execute/builder/rootfs/image_record.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// Where the images of a build go.
struct ImagePlace {
    std::filesystem::path directory;
    std::string name;  ///< of the main disk's images, without ending
    std::vector<std::string> formats;
    std::vector<std::string> extra_disks;  ///< their names
};

/// The format that is no disk's: the root file system as a tar archive.
inline constexpr const char* kArchiveFormat = "tar";

/// The image files of one build.
class ImageFiles {
public:
    ImageFiles(Effects& effects, ImagePlace place);

    /// Throws Error{exists} when a file that is no image of an earlier build of kiln's lies where
    /// one will be written.
    void check_free() const;
    /// Writes all images, unless they are there already as the same layers made them.
    void write(const DiskRequest& request, LayerCache& cache, BuildContext& context);
    /// Removes what an unfinished `write` left, and the directory when it made it for nothing.
    void discard(BuildContext& context) noexcept;

    /// What the files in them take, once they are written (contents/sizes.hpp); "" when it could
    /// not be told.
    const std::string& sizes() const { return sizes_; }
    /// Whether any of them is a disk's, and not the archive.
    bool makes_disks() const;
    std::vector<std::filesystem::path> paths() const;
    /// "Disk images in directory: DIR" ("Root file system" when there are none), and a line for
    /// each.
    std::string describe() const;

private:
    std::vector<std::string> names() const;
    std::string key_of(const DiskRequest& request) const;
    void make_directory();
    /// Where a file is written until all are done, written down in the journal.
    std::filesystem::path unfinished(const std::string& name);
    void write_disks(const DiskRequest& request, LayerCache& cache, BuildContext& context);
    void write_disk(
        const std::string& name,
        const std::function<void(const std::filesystem::path&)>& write_raw,
        const std::string& seed,
        BuildContext& context
    );
    void write_archive(const DiskRequest& request, BuildContext& context);
    void put_in_place(const std::string& key);

    Effects& effects_;
    ImagePlace place_;
    std::string sizes_;
    bool made_directory_ = false;
    std::vector<JournalEntry> entries_;  ///< of what waits to be renamed
};

}  // namespace kiln::exec::rootfs
