#include "execute/builder/qemu/vm_disks.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "disk/sparse_copy.hpp"

#include <algorithm>
#include <array>

namespace kiln::exec::qemu {

namespace {

// Endings that promise a format; others ("img") promise nothing.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEndings = {
    {{".qcow2", "qcow2"},
     {".raw", "raw"},
     {".vmdk", "vmdk"},
     {".vdi", "vdi"},
     {".vhdx", "vhdx"},
     {".vhd", "vpc"}}};

bool is_http(const std::string& url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

/// The name that the user gave it; the cache calls it otherwise.
std::string name_of(const SourceImage& source) {
    return is_http(source.url) ? base_name(source.url.substr(0, source.url.find_first_of("?#")))
                               : source.file.filename().string();
}

std::string promised_format(const SourceImage& source) {
    const std::string name = name_of(source);
    for (const auto& [ending, format] : kEndings) {
        if (name.ends_with(ending)) {
            return std::string(format);
        }
    }
    return "";
}

std::int64_t bytes_of(const std::string& size) {
    return parse_size(size, kMiB).value_or(0);
}

}  // namespace

std::filesystem::path OutputPlace::disk(std::size_t index) const {
    return std::filesystem::absolute(directory) /
           (index == 0 ? vm_name : vm_name + "-" + std::to_string(index));
}

std::string check_source_disk(
    const SourceImage& source, const plan::QemuOptions& options, const DiskTool& tool
) {
    ImageInfo info;
    try {
        info = tool.info(source.file);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::command) {
            throw;
        }
        const std::string why = error.message().substr(error.message().rfind('\n') + 1);
        throw Error(ErrorKind::input, name_of(source) + " can not be read as a disk image: " + why)
            .set_hint("fetch it again; is it a disk image at all?");
    }
    const std::string promised = promised_format(source);
    if (!promised.empty() && promised != info.format) {
        throw Error(
            ErrorKind::input,
            name_of(source) + " is not what its name says: its content is " +
                (info.format == "raw" ? "no " + promised + " image" : info.format)
        )
            .set_hint("give it the ending of what it is, or fetch it again");
    }
    if (info.format != "raw") {
        tool.check(source.file, info.format);
    }
    if (!options.skip_resize_disk && bytes_of(options.disk_size) < info.virtual_bytes) {
        throw Error(
            ErrorKind::input,
            "disk_size of " + with_unit(options.disk_size) + " is smaller than " + name_of(source) +
                ", a disk of " + format_bytes(info.virtual_bytes)
        )
            .set_hint("give a larger disk_size, or set skip_resize_disk");
    }
    return info.format;
}

std::vector<VmDisk> make_output_disks(
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const OutputPlace& place,
    const DiskTool& tool,
    const BuildContext& context
) {
    std::vector<VmDisk> disks;
    const std::filesystem::path first = place.disk(0);
    if (!options.disk_image) {
        context.say("Creating required virtual machine disks");
        tool.create(first, options.format, options.disk_size);
    } else if (options.use_backing_file) {
        context.say("Creating required virtual machine disks");
        tool.create_overlay(
            first, source.file, source_format, options.skip_resize_disk ? "" : options.disk_size
        );
    } else {
        context.say("Copying hard drive...");
        if (source_format == options.format) {
            disk::sparse_copy(source.file, first, {.stop = context.stop});
        } else {
            tool.convert(
                {.from = source.file,
                 .from_format = source_format,
                 .to = first,
                 .to_format = options.format}
            );
        }
        if (!options.skip_resize_disk) {
            context.say("Resizing hard drive...");
            tool.resize(first, options.format, options.disk_size);
        }
    }
    disks.push_back({first, options.format});
    for (const std::string& size : options.disk_additional_size) {
        const std::filesystem::path file = place.disk(disks.size());
        tool.create(file, options.format, size);
        disks.push_back({file, options.format});
    }
    return disks;
}

std::vector<VmDisk> make_layer_disks(
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const std::filesystem::path& folder,
    const DiskTool& tool
) {
    std::vector<VmDisk> disks = {{folder / "disk-0.qcow2", "qcow2"}};
    if (options.disk_image) {
        tool.create_overlay(
            disks[0].file,
            source.file,
            source_format,
            options.skip_resize_disk ? "" : options.disk_size
        );
    } else {
        tool.create(disks[0].file, "qcow2", options.disk_size);
    }
    for (const std::string& size : options.disk_additional_size) {
        const std::string name = "disk-" + std::to_string(disks.size()) + ".qcow2";
        disks.push_back({folder / name, "qcow2"});
        tool.create(disks.back().file, "qcow2", size);
    }
    return disks;
}

void finish_disks(
    const std::vector<VmDisk>& disks,
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const OutputPlace& place,
    const DiskTool& tool,
    const BuildContext& context
) {
    const bool is_in_place = !disks.empty() && disks[0].file == place.disk(0);
    if (is_in_place && options.skip_compaction && !options.disk_compression) {
        return;
    }
    context.say("Converting hard drive...");
    for (std::size_t i = 0; i < disks.size(); ++i) {
        DiskTool::Conversion conversion{
            .from = disks[i].file,
            .from_format = disks[i].format,
            .to = place.disk(i),
            .to_format = options.format,
            .compress = options.disk_compression};
        if (i == 0 && options.use_backing_file) {
            conversion.backing = source.file;
            conversion.backing_format = source_format;
        }
        tool.convert(conversion);
    }
}

}  // namespace kiln::exec::qemu
