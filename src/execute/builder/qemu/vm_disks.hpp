#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/qemu/arguments.hpp"
#include "execute/builder/qemu/disk_tool.hpp"
#include "execute/builder/qemu/source_image.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// Where the images of a build go, and how they are called.
struct OutputPlace {
    std::filesystem::path directory;  ///< as the template has it
    std::string vm_name;

    /// Packer's names: the machine's, and with "-1", "-2" for further disks.
    std::filesystem::path disk(std::size_t index) const;
};

/// Looks at a source that is a disk: that it is what its name says, and whole, and not larger than
/// the disk that is wanted. Throws Error{input}. Gives its format, by its content.
std::string check_source_disk(
    const SourceImage& source, const plan::QemuOptions& options, const DiskTool& tool
);

/// The machine's disks in the output folder, as Packer makes them: empty, or a copy of the source
/// (a plain one where its ending is the format, else converted), or over it.
std::vector<VmDisk> make_output_disks(
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const OutputPlace& place,
    const DiskTool& tool,
    const BuildContext& context
);

/// The same for a machine whose steps are kept: "disk-0.qcow2" and so on in `folder`, the first of
/// them over the source, which is not copied.
std::vector<VmDisk> make_layer_disks(
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const std::filesystem::path& folder,
    const DiskTool& tool
);

/// What the disks of a machine that has ended become: images of the wanted format in the output
/// folder, rewritten without what was freed. Those that are there already stay as they are with
/// skip_compaction.
void finish_disks(
    const std::vector<VmDisk>& disks,
    const SourceImage& source,
    const std::string& source_format,
    const plan::QemuOptions& options,
    const OutputPlace& place,
    const DiskTool& tool,
    const BuildContext& context
);

}  // namespace kiln::exec::qemu
