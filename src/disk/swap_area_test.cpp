#include "disk/swap_area.hpp"

#include "base/units.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/tree_maker.hpp"

#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

TEST(EncodeSwapHeader, IsWhatBlkidKnows) {
    const testing::ScratchFolder scratch;
    const std::filesystem::path path = scratch.path("swap");
    const FileSystem swap{
        .type = FileSystemType::swap,
        .label = "swap0",
        .uuid = "01234567-89ab-4def-8123-456789abcdef"};
    ImageFile::create(path, 16 * kMiB).write(0, encode_swap_header(swap, 16 * kMiB));
    EXPECT_EQ(
        testing::run("/sbin/blkid -p -s LABEL -s UUID -s TYPE -o export " + path.string()),
        "DEVNAME=" + path.string() +
            "\nLABEL=swap0\nUUID=01234567-89ab-4def-8123-456789abcdef\nTYPE=swap\n"
    );
}

}  // namespace
}  // namespace kiln::disk
