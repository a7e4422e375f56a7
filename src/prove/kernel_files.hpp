#pragma once

#include "contents/image_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::prove {

/// Whether a file of /boot is of that kernel by its path: "6.1.0-1" is in "boot/initrd.img-6.1.0-1"
/// and not in "boot/initrd.img-6.1.0-13", nor in "boot/initramfs-6.1.0-1kdump.img".
bool names_kernel(std::string_view path, std::string_view version);

/// Where a kernel is, without a slash in front: /boot/vmlinuz-VERSION, an entry of the Boot Loader
/// Specification, a unified kernel image; "" when there is none.
std::string kernel_image_of(const contents::ImageTree& tree, const std::string& version);
/// The same for its initramfs. That of a unified kernel image is within it.
std::string initramfs_of(const contents::ImageTree& tree, const std::string& version);

/// Of all /boot/vmlinuz-VERSION, except for rescue kernels.
std::vector<std::string> kernel_versions_in_boot(const contents::ImageTree& tree);

}  // namespace kiln::prove
