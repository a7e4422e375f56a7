#pragma once

#include "execute/builder/qemu/arguments.hpp"
#include "execute/builder/qemu/guest_values.hpp"
#include "execute/builder/qemu/media.hpp"
#include "execute/step_layers.hpp"

#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// All that the machine as it is first logged in to depends on. What differs from build to build
/// by itself (ports, paths, the temporary key) is left out of `parts` and the texts.
struct BaseIngredients {
    const plan::QemuOptions& options;
    std::string source_file;  ///< disks lie over it, so its place counts, too
    std::string source_digest;
    std::string qemu_version;
    VmParts parts;
    QemuArgs qemuargs;
    std::vector<BootStep> boot_steps;
    std::vector<MediaFile> cd;
    std::vector<MediaFile> floppy;
    std::vector<MediaFile> http;  ///< what the server gives out
};

/// Reads the files among them. Throws Error.
std::vector<StepInput> base_inputs(const BaseIngredients& ingredients);

/// Why the steps of this machine can not be kept, or "".
std::string obstacle_to_layers(const plan::QemuOptions& options);

}  // namespace kiln::exec::qemu
