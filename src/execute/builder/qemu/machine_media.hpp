#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/qemu/arguments.hpp"
#include "execute/builder/qemu/guest_values.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// Files and folders that the options put on the floppy disk.
std::vector<std::string> floppy_paths(const plan::MediaOptions& media);

/// Writes the floppy disk and the CD that the options ask for into `folder`, and attaches them.
/// Throws Error.
void make_media(
    const plan::QemuOptions& options,
    const GuestValues& values,
    const std::filesystem::path& folder,
    VmParts& parts,
    const BuildContext& context
);

}  // namespace kiln::exec::qemu
