#include "execute/builder/qemu/machine_media.hpp"

#include "execute/builder/qemu/media.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec::qemu {

std::vector<std::string> floppy_paths(const plan::MediaOptions& media) {
    std::vector<std::string> paths = media.floppy_files;
    paths.insert(paths.end(), media.floppy_dirs.begin(), media.floppy_dirs.end());
    return paths;
}

void make_media(
    const plan::QemuOptions& options,
    const GuestValues& values,
    const std::filesystem::path& folder,
    VmParts& parts,
    const BuildContext& context
) {
    const plan::MediaOptions& media = options.media;
    sys::FileSystem& files = context.effects.files;
    if (!media.floppy_files.empty() || !media.floppy_dirs.empty() ||
        !media.floppy_content.empty()) {
        context.say("Creating floppy disk...");
        files.make_directories(folder / "floppy");
        parts.floppy = folder / "floppy.img";
        write_floppy(
            gather_media(
                floppy_paths(media),
                render_texts("floppy_content", media.floppy_content, values, context)
            ),
            media.floppy_label.value_or("packer"),
            parts.floppy,
            folder / "floppy",
            context
        );
    }
    if (!media.cd_files.empty() || !media.cd_content.empty()) {
        context.say("Creating CD disk...");
        files.make_directories(folder / "cd");
        parts.cdroms.push_back(folder / "cd.iso");
        write_cd(
            gather_media(
                media.cd_files, render_texts("cd_content", media.cd_content, values, context)
            ),
            media.cd_label.value_or("packer"),
            parts.cdroms.back(),
            folder / "cd",
            context
        );
    }
}

}  // namespace kiln::exec::qemu
