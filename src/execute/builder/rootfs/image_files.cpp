#include "execute/builder/rootfs/image_files.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/disk_format.hpp"
#include "execute/builder/rootfs/image_sizes.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

// Images get their names when all of them are done.
constexpr const char* kNewSuffix = ".new";
// What assemble_disk and convert_disk add while they write.
constexpr const char* kPartialSuffix = ".partial";

disk::DiskFormat format_of(const std::string& name) {
    for (const disk::DiskFormat format :
         {disk::DiskFormat::raw,
          disk::DiskFormat::qcow2,
          disk::DiskFormat::vmdk,
          disk::DiskFormat::vhd}) {
        if (disk::to_string(format) == name) {
            return format;
        }
    }
    throw Error(ErrorKind::input, "unknown disk format \"" + name + "\"");
}

std::vector<std::string> disk_names(const ImagePlace& place) {
    std::vector<std::string> names = {place.name};
    for (const std::string& extra : place.extra_disks) {
        names.push_back(place.name + "-" + extra);
    }
    return names;
}

void add_layout(Digest& digest, const DiskRequest& request) {
    const disk::DiskLayout layout = layout_of(request);
    digest.field(layout.disk_guid).field(std::to_string(layout.size_bytes));
    for (const disk::Partition& partition : layout.partitions) {
        digest.field(partition.guid)
            .field(std::to_string(partition.size_bytes))
            .field(partition.file_system.uuid)
            .field(partition.file_system.label)
            .field(partition.file_system.mount_point);
    }
    for (const disk::DiskLayout& extra : disk::plan_extra_disks(request.disks)) {
        digest.field(extra.name).field(std::to_string(extra.size_bytes));
        for (const disk::Partition& partition : extra.partitions) {
            digest.field(partition.file_system.uuid)
                .field(disk::fstab_type(partition.file_system.type))
                .field(partition.file_system.label)
                .field(partition.file_system.mount_point);
        }
    }
}

}  // namespace

ImageFiles::ImageFiles(Effects& effects, ImagePlace place)
    : effects_(effects), place_(std::move(place)) {}

std::vector<std::string> ImageFiles::names() const {
    std::vector<std::string> names;
    for (const std::string& disk : disk_names(place_)) {
        for (const std::string& format : place_.formats) {
            // One archive has it all, whichever disk it would lie on.
            if (format != kArchiveFormat || disk == place_.name) {
                names.push_back(disk + "." + format);
            }
        }
    }
    return names;
}

bool ImageFiles::makes_disks() const {
    return std::any_of(place_.formats.begin(), place_.formats.end(), [](const std::string& format) {
        return format != kArchiveFormat;
    });
}

std::vector<std::filesystem::path> ImageFiles::paths() const {
    std::vector<std::filesystem::path> paths;
    for (const std::string& name : names()) {
        paths.push_back(place_.directory / name);
    }
    return paths;
}

void ImageFiles::check_free() const {
    const std::optional<sys::FileStatus> status = effects_.files.status_followed(place_.directory);
    if (status && status->type != sys::FileType::directory) {
        throw Error(
            ErrorKind::exists, "output_directory " + place_.directory.string() + " is no directory"
        );
    }
    const ImageRecord record = read_image_record(effects_.files, place_.directory, place_.name);
    for (const std::string& name : names()) {
        if (is_in_the_way(effects_.files, place_.directory, record, name)) {
            throw Error(
                ErrorKind::exists,
                (place_.directory / name).string() +
                    " exists, and kiln did not write it or it was changed since"
            )
                .set_hint("use -force to replace it, or another output_directory");
        }
    }
}

std::string ImageFiles::key_of(const DiskRequest& request) const {
    Digest digest;
    digest.field("kiln images 1");
    if (makes_disks()) {
        add_layout(digest, request);
    }
    for (const HeldLayer& layer : request.chain) {
        digest.field(layer.record.id);
    }
    return digest.finish_hex();
}

void ImageFiles::make_directory() {
    if (!effects_.files.status_followed(place_.directory)) {
        effects_.files.make_directories(place_.directory);
        made_directory_ = true;
    }
}

void ImageFiles::write(const DiskRequest& request, LayerCache& cache, BuildContext& context) {
    const std::string key = key_of(request);
    const ImageRecord record = read_image_record(effects_.files, place_.directory, place_.name);
    if (context.options.use_cache && record.key == key &&
        is_complete(effects_.files, place_.directory, record, names())) {
        context.say("The images are there already, made from the same layers");
        sizes_ = record.sizes;
        return;
    }
    make_directory();
    // Beside the writing: both wait for the disk most of the time.
    std::future<std::string> sizes =
        std::async(std::launch::async, [&] { return image_sizes(request.chain, context); });
    if (makes_disks()) {
        write_disks(request, cache, context);
    }
    const auto& formats = place_.formats;
    if (std::find(formats.begin(), formats.end(), kArchiveFormat) != formats.end()) {
        write_archive(request, context);
    }
    try {
        sizes_ = sizes.get();
    } catch (const Error& error) {
        throw_if_stopped(context.stop);
        context.warn("The report can not tell the image's sizes: " + error.message());
    }
    put_in_place(key);
}

std::filesystem::path ImageFiles::unfinished(const std::string& name) {
    std::filesystem::path path = place_.directory / (name + kNewSuffix);
    const std::string absolute = std::filesystem::absolute(path).string();
    entries_.emplace_back(effects_.journal, ResourceKind::image, absolute + kPartialSuffix);
    entries_.emplace_back(effects_.journal, ResourceKind::image, absolute);
    return path;
}

void ImageFiles::write_disks(const DiskRequest& request, LayerCache& cache, BuildContext& context) {
    write_disk(
        place_.name,
        [&](const std::filesystem::path& output) {
            write_main_disk(request, cache, output, context);
        },
        request.disks.seed,
        context
    );
    const std::vector<disk::DiskLayout> extras = disk::plan_extra_disks(request.disks);
    for (const disk::DiskLayout& extra : extras) {
        write_disk(
            place_.name + "-" + extra.name,
            [&](const std::filesystem::path& output) {
                disk::DiskSources sources;
                for (const HeldLayer& layer : request.chain) {
                    sources.layers.push_back(layer.tree());
                }
                disk::AssembleControl control;
                control.stop = context.stop;
                disk::assemble_disk(extra, sources, output, effects_.processes, control);
            },
            request.disks.seed,
            context
        );
    }
}

void ImageFiles::write_disk(
    const std::string& name,
    const std::function<void(const std::filesystem::path&)>& write_raw,
    const std::string& seed,
    BuildContext& context
) {
    context.say("Writing disk " + name);
    const std::filesystem::path raw = unfinished(name + ".raw");
    write_raw(raw);
    for (const std::string& format : place_.formats) {
        if (format != "raw" && format != kArchiveFormat) {
            context.say("Converting disk " + name + " to " + format);
            disk::convert_disk(
                raw,
                unfinished(name + "." + format),
                format_of(format),
                seed,
                effects_.processes,
                context.stop
            );
        }
    }
    if (std::find(place_.formats.begin(), place_.formats.end(), "raw") == place_.formats.end()) {
        effects_.files.remove_file(raw);
    }
}

void ImageFiles::write_archive(const DiskRequest& request, BuildContext& context) {
    const std::string name = place_.name + "." + kArchiveFormat;
    context.say("Writing archive " + name);
    rootfs::write_archive(request, unfinished(name), context);
}

// The record first: should the build be ended between the two, the next one knows the files of both
// for kiln's own.
void ImageFiles::put_in_place(const std::string& key) {
    const ImageRecord before = read_image_record(effects_.files, place_.directory, place_.name);
    ImageRecord record{key, {}, before.images, sizes_};
    for (const std::string& name : names()) {
        RecordedImage image = image_now(effects_.files, place_.directory / (name + kNewSuffix));
        image.name = name;
        record.images.push_back(std::move(image));
    }
    write_image_record(effects_.files, place_.directory, place_.name, record);
    for (const std::string& name : names()) {
        effects_.files.rename(place_.directory / (name + kNewSuffix), place_.directory / name);
    }
    for (JournalEntry& entry : entries_) {
        entry.release();
    }
    entries_.clear();
}

void ImageFiles::discard(BuildContext& context) noexcept {
    try {
        if (makes_disks()) {
            for (const std::string& disk : disk_names(place_)) {
                effects_.files.remove_file(place_.directory / (disk + ".raw" + kNewSuffix));
            }
        }
        for (const std::string& name : names()) {
            effects_.files.remove_file(place_.directory / (name + kNewSuffix));
        }
        for (JournalEntry& entry : entries_) {
            entry.release();
        }
        entries_.clear();
        if (made_directory_ && effects_.files.list_directory(place_.directory).empty()) {
            std::filesystem::remove(place_.directory);
        }
    } catch (const std::exception& error) {
        context.warn(
            "Could not remove what is left in " + place_.directory.string() + ": " + error.what()
        );
    }
}

std::string ImageFiles::describe() const {
    std::string text = (makes_disks() ? "Disk images" : "Root file system") +
                       (" in directory: " + place_.directory.string());
    for (const std::string& name : names()) {
        const std::optional<sys::FileStatus> status =
            effects_.files.status(place_.directory / name);
        if (status) {
            text += "\n" + name + ": " + format_bytes(status->size_bytes) + ", " +
                    format_bytes(status->allocated_bytes) + " on disk";
        }
    }
    return text;
}

}  // namespace kiln::exec::rootfs
