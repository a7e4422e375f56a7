#include "disk/fat_image.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>
#include <sys/stat.h>

namespace kiln::disk {
namespace {

constexpr std::int64_t kFatEpoch = 315532800;  // 1980-01-01: FAT knows no earlier time

class FatWriter {
public:
    FatWriter(
        const std::filesystem::path& image,
        const Partition& partition,
        std::int64_t source_date_epoch,
        sys::ProcessRunner& processes,
        std::stop_token stop
    )
        : image_(image),
          partition_(partition),
          time_(std::max(source_date_epoch, kFatEpoch)),
          processes_(processes),
          stop_(std::move(stop)),
          drive_(image.string() + "@@" + std::to_string(partition.offset_bytes)) {}

    void format() {
        std::string serial = replace_all(partition_.file_system.uuid, "-", "");
        std::vector<std::string> argv{
            "mkfs.fat",
            "--invariant",
            "-F",
            "32",
            "-i",
            serial,
            "--offset",
            std::to_string(partition_.offset_bytes / 512)};
        // One sector a cluster: below 256 MiB a FAT32 would have too few clusters otherwise.
        if (partition_.size_bytes < 256 * kMiB) {
            argv.insert(argv.end(), {"-s", "1"});
        }
        if (!partition_.file_system.label.empty()) {
            argv.insert(argv.end(), {"-n", partition_.file_system.label});
        }
        argv.insert(argv.end(), {image_.string(), std::to_string(partition_.size_bytes / kKiB)});
        run(argv, "dosfstools");
    }

    void add(const std::vector<EspFile>& files) {
        std::set<std::string> directories;  // a parent sorts before what is in it
        std::map<std::string, std::vector<const EspFile*>> by_directory;
        for (const EspFile& file : files) {
            const std::string directory = std::filesystem::path(file.path).parent_path().string();
            for (std::filesystem::path at = directory; !at.empty(); at = at.parent_path()) {
                directories.insert(at.string());
            }
            by_directory[directory].push_back(&file);
        }
        if (!directories.empty()) {
            std::vector<std::string> argv{"mmd", "-i", drive_};
            for (const std::string& directory : directories) {
                argv.push_back("::/" + directory);
            }
            run(argv, "mtools");
        }
        for (const auto& [directory, list] : by_directory) {
            copy(directory, list);
        }
    }

private:
    void copy(const std::string& directory, std::vector<const EspFile*> files) {
        std::sort(files.begin(), files.end(), [](const EspFile* a, const EspFile* b) {
            return a->path < b->path;
        });
        sys::RealFileSystem host;
        const sys::TempDirectory temporary(host, sys::default_temp_parent());
        std::vector<std::string> argv{"mcopy", "-m", "-i", drive_};
        for (const EspFile* file : files) {
            const std::filesystem::path source =
                temporary.path() / std::filesystem::path(file->path).filename();
            host.write_file_atomic(source, file->bytes, 0644);
            const timespec times[2] = {{time_, 0}, {time_, 0}};
            if (::utimensat(AT_FDCWD, source.c_str(), times, 0) != 0) {
                throw system_error("setting the time of " + source.string(), errno);
            }
            argv.push_back(source.string());
        }
        argv.push_back("::/" + directory);
        run(argv, "mtools");
    }

    void run(const std::vector<std::string>& argv, const std::string& package) {
        sys::Command command{.argv = argv, .environment = sys::tool_environment()};
        command.debian_package = package;
        command.environment["SOURCE_DATE_EPOCH"] = std::to_string(time_);
        command.environment["TZ"] = "UTC";
        command.environment["MTOOLS_SKIP_CHECK"] = "1";  // no opinion on heads and cylinders
        sys::run_checked(processes_, command, stop_);
    }

    const std::filesystem::path& image_;
    const Partition& partition_;
    std::int64_t time_;
    sys::ProcessRunner& processes_;
    std::stop_token stop_;
    std::string drive_;
};

}  // namespace

void write_fat_image(
    const std::filesystem::path& image,
    const Partition& partition,
    std::int64_t source_date_epoch,
    const std::vector<EspFile>& files,
    sys::ProcessRunner& processes,
    std::stop_token stop
) {
    FatWriter writer(image, partition, source_date_epoch, processes, std::move(stop));
    writer.format();
    writer.add(files);
}

}  // namespace kiln::disk
