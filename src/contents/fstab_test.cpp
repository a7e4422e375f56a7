#include "contents/fstab.hpp"

#include <gmock/gmock.h>

namespace kiln::contents {
namespace {

TEST(Fstab, MountsOuterFoldersFirst) {
    EXPECT_THAT(
        fstab_by_depth("# comment\nUUID=1 /boot/efi vfat\nUUID=2\t/\text4 defaults\n\n"
                       "LABEL=a\\040b //srv/my\\040data/ ext4 # more\nswap none swap\n"
                       "UUID=3 /boot ext4\nshort\n"),
        testing::ElementsAre(
            FstabLine{"UUID=2", ""},
            FstabLine{"UUID=3", "boot"},
            FstabLine{"UUID=1", "boot/efi"},
            FstabLine{"LABEL=a b", "srv/my data"}
        )
    );
}

TEST(Fstab, NamesAVolumeInManyWays) {
    Volume volume;
    volume.number = 15;
    volume.uuid = "ABCD-0123";
    volume.label = "EFI";
    volume.part_uuid = "0b9bf2f6-0000-4000-8000-000000000001";
    volume.part_label = "esp";
    for (const char* what :
         {"UUID=abcd-0123",
          "UUID=\"ABCD-0123\"",
          "/dev/disk/by-uuid/ABCD-0123",
          "LABEL=EFI",
          "PARTUUID=0B9BF2F6-0000-4000-8000-000000000001",
          "PARTLABEL=esp",
          "/dev/vda15",
          "/dev/nvme0n1p15"}) {
        EXPECT_TRUE(fstab_names(what, volume)) << what;
    }
    for (const char* what :
         {"UUID=", "UUID=ABCD", "LABEL=EFI2", "/dev/vda5", "/dev/vda", "tmpfs"}) {
        EXPECT_FALSE(fstab_names(what, volume)) << what;
    }
    volume.label.clear();
    EXPECT_FALSE(fstab_names("LABEL=", volume));
    volume.number = 0;
    EXPECT_FALSE(fstab_names("/dev/vda", volume));
}

}  // namespace
}  // namespace kiln::contents
