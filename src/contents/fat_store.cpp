#include "contents/fat_store.hpp"

#include "base/error.hpp"
#include "contents/folder_store.hpp"
#include "sys/temp_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

namespace kiln::contents {
namespace {

class FatStore final : public FileStore {
public:
    FatStore(
        std::shared_ptr<sys::TempDirectory> copy,
        std::string shown,
        std::unique_ptr<FileStore> files
    )
        : copy_(std::move(copy)), shown_(std::move(shown)), files_(std::move(files)) {}

    std::vector<Entry> list() override {
        std::vector<Entry> entries = files_->list();
        for (Entry& entry : entries) {
            // What fat.txt of the kernel's documentation calls the usual umask.
            entry.mode = 0755;
            entry.uid = 0;
            entry.gid = 0;
        }
        return entries;
    }
    void read(const Entry& entry, const ContentSink& sink) override { files_->read(entry, sink); }
    std::unique_ptr<FileStore> another() override {
        return std::make_unique<FatStore>(copy_, shown_, files_->another());
    }

private:
    std::shared_ptr<sys::TempDirectory> copy_;
    std::string shown_;
    std::unique_ptr<FileStore> files_;
};

/// For mtools, which read raw images alone.
void copy_volume(
    const disk::DiskFile& disk,
    const Volume& volume,
    const std::string& output,
    const std::stop_token& stop
) {
    constexpr std::int64_t kMostBytes = std::int64_t{4} << 20;
    std::ofstream file(output, std::ios::binary);
    for (std::int64_t done = 0; done < volume.size_bytes;) {
        if (stop.stop_requested()) {
            throw Error(ErrorKind::interrupted, "reading " + disk.shown() + " was stopped");
        }
        const std::string piece = disk.read(
            volume.offset_bytes + done,
            static_cast<std::size_t>(std::min(kMostBytes, volume.size_bytes - done))
        );
        file.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush();
        if (!file || piece.empty()) {
            throw system_error("copying the vfat of " + disk.shown() + " to " + output, errno);
        }
        done += static_cast<std::int64_t>(piece.size());
    }
}

}  // namespace

std::unique_ptr<FileStore> make_fat_store(
    const disk::DiskFile& disk,
    const Volume& volume,
    const std::filesystem::path& temp_parent,
    sys::ProcessRunner& processes,
    const std::stop_token& stop
) {
    static sys::RealFileSystem files;  // has no state; TempDirectory keeps a pointer to it
    auto copy = std::make_shared<sys::TempDirectory>(files, temp_parent, "kiln-fat-");
    std::string drive = disk.path() + "@@" + std::to_string(volume.offset_bytes);
    if (!disk.is_raw()) {
        drive = copy->path().string() + "/volume";
        copy_volume(disk, volume, drive, stop);
    }
    sys::Command command;
    // "::" is the root of the drive that -i names; without a file to match it is no error there.
    command.argv = {
        "mcopy", "-i", drive, "-s", "-m", "-n", "-Q", "::/", copy->path().string() + "/root"};
    command.environment = sys::tool_environment();
    command.debian_package = "mtools";
    try {
        sys::run_checked(processes, command, stop);
    } catch (Error& error) {
        error.add_context(
            "reading the vfat file system of " + disk.shown() + ", partition " +
            std::to_string(volume.number)
        );
        throw;
    }
    const std::string root = copy->path().string() + "/root";
    std::unique_ptr<FileStore> store = make_folder_store(open_folder(root), disk.shown());
    return std::make_unique<FatStore>(std::move(copy), disk.shown(), std::move(store));
}

}  // namespace kiln::contents
