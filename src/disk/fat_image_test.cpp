#include "disk/fat_image.hpp"

#include "base/units.hpp"
#include "disk/block_map.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/tree_maker.hpp"
#include "sys/process_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

constexpr std::int64_t kOffset = 2 * kMiB;
constexpr std::int64_t kTime = 1'600'000'000;  // 2020-09-13 12:26:40 UTC

class FatImage : public ::testing::Test {
protected:
    std::filesystem::path make(
        const std::string& name, const std::vector<EspFile>& files, std::int64_t time = kTime
    ) {
        const Partition partition{
            .number = 2,
            .role = PartitionRole::esp,
            .name = "ESP",
            .type_guid = "",
            .guid = "",
            .offset_bytes = kOffset,
            .size_bytes = 64 * kMiB,
            .file_system = {.type = FileSystemType::fat32, .label = "ESP", .uuid = "89AB-CDEF"}};
        const std::filesystem::path path = scratch_.path(name);
        ImageFile::create(path, 70 * kMiB);
        write_fat_image(path, partition, time, files, processes_, {});
        return path;
    }

    testing::ScratchFolder scratch_;
    sys::RealProcessRunner processes_;
};

TEST_F(FatImage, HoldsTheFilesWithFixedTimes) {
    const std::string image = make(
                                  "image",
                                  {{"EFI/BOOT/BOOTX64.EFI", std::string(300'000, 'e')},
                                   {"EFI/debian/grub.cfg", "search\n"},
                                   {"a long name in the root.txt", "x"}}
    ).string();
    const std::string drive = " -i " + image + "@@2M ";
    EXPECT_EQ(
        testing::run("TZ=UTC MTOOLS_DATE_STRING=yyyy-mm-dd mdir -/ -a" + drive + "::"),
        " Volume in drive : is ESP        \n"
        " Volume Serial Number is 89AB-CDEF\n"
        "Directory for ::/\n"
        "\n"
        "EFI          <DIR>     2020-09-13  12:26 \n"
        "ALONGN~1 TXT         1 2020-09-13  12:26  a long name in the root.txt\n"
        "        2 files                   1 bytes\n"
        "\n"
        "Directory for ::/EFI\n"
        "\n"
        ".            <DIR>     2020-09-13  12:26 \n"
        "..           <DIR>     2020-09-13  12:26 \n"
        "BOOT         <DIR>     2020-09-13  12:26 \n"
        "debian       <DIR>     2020-09-13  12:26 \n"
        "        4 files                   0 bytes\n"
        "\n"
        "Directory for ::/EFI/BOOT\n"
        "\n"
        ".            <DIR>     2020-09-13  12:26 \n"
        "..           <DIR>     2020-09-13  12:26 \n"
        "BOOTX64  EFI    300000 2020-09-13  12:26 \n"
        "        3 files             300 000 bytes\n"
        "\n"
        "Directory for ::/EFI/debian\n"
        "\n"
        ".            <DIR>     2020-09-13  12:26 \n"
        "..           <DIR>     2020-09-13  12:26 \n"
        "grub     cfg         7 2020-09-13  12:26 \n"
        "        3 files                   7 bytes\n"
        "\n"
        "Total files listed:\n"
        "       12 files             300 008 bytes\n"
        "                         65 756 160 bytes free\n"
        "\n"
    );
    EXPECT_EQ(testing::run("mtype" + drive + "::/EFI/debian/grub.cfg"), "search\n");
    const std::string fs = scratch_.path("fs").string();
    testing::run("dd status=none bs=1M skip=2 count=64 if=" + image + " of=" + fs);
    EXPECT_THAT(
        testing::run("/sbin/fsck.fat -nv " + fs),
        ::testing::HasSubstr("7 files, 592/129022 clusters")
    );
}

TEST_F(FatImage, IsTheSameWheneverAndInWhateverOrder) {
    const EspFile a{"EFI/BOOT/BOOTX64.EFI", "a"};
    const EspFile b{"EFI/BOOT/grubx64.efi", "b"};
    const BlockMap first = map_blocks(make("one", {a, b}));
    EXPECT_EQ(map_blocks(make("two", {b, a})), first);
}

TEST_F(FatImage, KnowsNoTimeBefore1980) {
    const std::string image = make("image", {{"A", "a"}}, 0).string();
    EXPECT_THAT(
        testing::run("TZ=UTC MTOOLS_DATE_STRING=yyyy-mm-dd mdir -i " + image + "@@2M ::"),
        ::testing::HasSubstr("1980-01-01   0:00")
    );
}

}  // namespace
}  // namespace kiln::disk
