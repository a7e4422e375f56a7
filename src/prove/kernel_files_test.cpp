#include "prove/kernel_files.hpp"

#include <gtest/gtest.h>

namespace kiln::prove {
namespace {

struct NameCase {
    const char* path;
    const char* version;
    bool want;
};

TEST(NamesKernel, TakesTheWholeVersion) {
    constexpr NameCase kCases[] = {
        {"boot/vmlinuz-6.1.0-1-amd64", "6.1.0-1-amd64", true},
        {"boot/initrd.img-6.1.0-1-amd64", "6.1.0-1-amd64", true},
        {"boot/initramfs-6.1.0-1.el9.x86_64.img", "6.1.0-1.el9.x86_64", true},
        {"boot/0123/6.1.0/initrd", "6.1.0", true},
        {"boot/efi/EFI/Linux/0123-6.1.0.efi", "6.1.0", true},
        {"boot/efi/EFI/Linux/0123-6.1.0+3.efi", "6.1.0", true},
        {"boot/vmlinuz-6.1.0-13", "6.1.0-1", false},
        {"boot/vmlinuz-6.1.0", "6.1", false},
        {"boot/vmlinuz-16.1.0", "6.1.0", false},
        {"boot/initramfs-6.1.0kdump.img", "6.1.0", false},
        {"boot/vmlinuz", "6.1.0", false},
    };
    for (const NameCase& c : kCases) {
        SCOPED_TRACE(c.path);
        EXPECT_EQ(names_kernel(c.path, c.version), c.want);
    }
}

}  // namespace
}  // namespace kiln::prove
