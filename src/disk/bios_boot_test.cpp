#include "disk/bios_boot.hpp"

#include "base/error.hpp"
#include "base/units.hpp"

#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

/// As long as the real ones, filled with letters to see what was changed.
BiosBoot letters(std::size_t core_bytes) {
    BiosBoot boot{.boot_image = std::string(512, 'b'), .core_image = std::string(core_bytes, 'c')};
    boot.boot_image[510] = '\x55';
    boot.boot_image[511] = '\xaa';
    return boot;
}

TEST(PrepareBiosBoot, PointsBootImgToCoreImgAndThatToItsRest) {
    std::string mbr(440, 'b');
    mbr.replace(0x5c, 8, std::string("\x00\x10\0\0\0\0\0\0", 8));  // sector 4096
    mbr.replace(0x64, 1, "\xff");
    mbr.replace(0x66, 2, "\x90\x90");
    std::string core(1100, 'c');
    core.resize(1536, '\0');
    core.replace(0x1f4, 12, std::string("\x01\x10\0\0\0\0\0\0\x02\0\x20\x08", 12));
    EXPECT_EQ(
        prepare_bios_boot(letters(1100), 2 * kMiB, kMiB),
        (BiosBootSectors{.mbr_code = mbr, .boot_partition = core})
    );
}

struct WrongCase {
    const char* name;
    BiosBoot boot;
    const char* message;
};

TEST(PrepareBiosBoot, RefusesWhatDoesNotFit) {
    BiosBoot no_signature = letters(2000);
    no_signature.boot_image[510] = 'b';
    BiosBoot long_boot = letters(2000);
    long_boot.boot_image += 'b';
    const WrongCase cases[] = {
        {"no signature", no_signature, "GRUB's boot.img is not a boot sector"},
        {"too long", long_boot, "GRUB's boot.img is not a boot sector"},
        {"no rest", letters(512), "GRUB's core.img is too short"},
        {"no room",
         letters(2 * kMiB),
         "GRUB's core.img of 2 MiB does not fit the BIOS boot partition of 1 MiB"}};
    for (const WrongCase& c : cases) {
        SCOPED_TRACE(c.name);
        try {
            prepare_bios_boot(c.boot, kMiB, kMiB);
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_EQ(error.message(), c.message);
        }
    }
}

}  // namespace
}  // namespace kiln::disk
