#include "base/error.hpp"
#include "disk/ext4_sizes.hpp"
#include "disk/testing/ext4_fixture.hpp"

#include <fmt/format.h>

namespace kiln::disk::testing {
namespace {

using ::testing::HasSubstr;

class CreateExt4 : public Ext4Test {};

TEST_F(CreateExt4, MakesWhatDumpe2fsCallsAGoodExt4) {
    const std::filesystem::path image = create("image");
    const std::filesystem::path fs = scratch_.path("fs");
    run("dd status=none bs=1M skip=1 if=" + image.string() + " of=" + fs.string());
    const std::string dump = run("TZ=UTC /sbin/dumpe2fs -h " + fs.string());
    for (const char* line :
         {"Filesystem volume name:   root\n",
          "Filesystem UUID:          01234567-89ab-4def-8123-456789abcdef\n",
          "Filesystem features:      has_journal ext_attr resize_inode dir_index filetype extent "
          "64bit flex_bg sparse_super large_file huge_file dir_nlink extra_isize metadata_csum\n",
          "Default mount options:    user_xattr acl\n",
          "Filesystem state:         clean\n",
          "Filesystem created:       Tue Nov 14 22:13:20 2023\n",
          "Last write time:          Tue Nov 14 22:13:20 2023\n",
          "Maximum mount count:      -1\n",
          "Default directory hash:   half_md4\n",
          "Directory Hash Seed:      fedcba98-7654-4210-8fed-cba987654321\n",
          "Checksum type:            crc32c\n",
          "Total journal size:       4096k\n"}) {
        EXPECT_THAT(dump, HasSubstr(line));
    }
}

TEST_F(CreateExt4, TakesForItselfWhatThePlanCounts) {
    for (const std::int64_t size :
         {32 * kMiB, 300 * kMiB, kGiB, 5 * kGiB + 256 * kMiB, 40 * kGiB}) {
        SCOPED_TRACE(format_bytes(size));
        const std::filesystem::path image = create(fmt::format("image{}", size), size);
        const std::string stats =
            run(fmt::format("/sbin/debugfs -R 'stats -h' '{}?offset={}'", image.string(), kOffset));
        const std::size_t at = stats.find("Free blocks:");
        ASSERT_NE(at, std::string::npos) << stats;
        const std::int64_t free_blocks = std::stoll(stats.substr(at + 12));
        EXPECT_EQ(size - free_blocks * 4096, ext4_overhead_bytes(size, 0));
    }
}

TEST_F(CreateExt4, IsSparse) {
    const std::filesystem::path image = create("image", 40 * kGiB);
    sys::RealFileSystem files;
    EXPECT_LT(files.status(image)->allocated_bytes, 16 * kMiB);
}

TEST_F(CreateExt4, RefusesToBeTiny) {
    try {
        create("image", kMiB);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        EXPECT_EQ(error.message(), "an ext4 file system of 1 MiB is too small");
    }
}

}  // namespace
}  // namespace kiln::disk::testing
