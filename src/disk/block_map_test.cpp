#include "disk/block_map.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/tree_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

using ::testing::ElementsAre;

class BlockMapTest : public ::testing::Test {
protected:
    std::filesystem::path make(const std::string& name, std::int64_t size) {
        ImageFile::create(scratch_.path(name), size);
        return scratch_.path(name);
    }
    static std::string hex(const BlockDigest& digest) {
        return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
    }

    testing::ScratchFolder scratch_;
};

TEST_F(BlockMapTest, HashesEachBlockAndPadsTheLast) {
    const std::filesystem::path file = make("file", 2 * kEbsBlockBytes + 10);
    ImageFile image(file);
    image.write(0, "first");
    image.write(2 * kEbsBlockBytes + 7, "end");
    std::string first(static_cast<std::size_t>(kEbsBlockBytes), '\0');
    std::string last = first;
    first.replace(0, 5, "first");
    last.replace(7, 3, "end");
    const BlockMap map = map_blocks(file);
    EXPECT_EQ(map.size_bytes, 2 * kEbsBlockBytes + 10);
    ASSERT_EQ(map.blocks.size(), 3U);
    EXPECT_EQ(hex(map.blocks[0]), sha256_hex(first));
    EXPECT_EQ(map.blocks[1], zero_block_digest());
    EXPECT_EQ(hex(map.blocks[2]), sha256_hex(last));
}

// spec/aws.md 1.5: B4VNL+8pega6gWheZgwzLeNtXRjVRpJ9MNqtbX/aFUE= in base64.
TEST_F(BlockMapTest, KnowsTheDigestOfZeros) {
    EXPECT_EQ(
        hex(zero_block_digest()), "07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541"
    );
}

TEST_F(BlockMapTest, DoesNotDependOnThreadsOrHoles) {
    const std::filesystem::path sparse = make("sparse", 40 * kEbsBlockBytes);
    const std::filesystem::path dense = make("dense", 40 * kEbsBlockBytes);
    ImageFile dense_image(dense);
    for (std::int64_t block = 0; block < 40; ++block) {
        dense_image.write(
            block * kEbsBlockBytes, std::string(static_cast<std::size_t>(kEbsBlockBytes), '\0')
        );
    }
    for (const std::filesystem::path& file : {sparse, dense}) {
        ImageFile(file).write(17 * kEbsBlockBytes - 3, "abcdef");
    }
    const BlockMap map = map_blocks(sparse, 1);
    EXPECT_EQ(map_blocks(sparse, 7), map);
    EXPECT_EQ(map_blocks(dense, 2), map);
}

TEST_F(BlockMapTest, NamesChangedBlocks) {
    const std::filesystem::path before = make("before", 4 * kEbsBlockBytes);
    const std::filesystem::path after = make("after", 6 * kEbsBlockBytes);
    ImageFile(before).write(kEbsBlockBytes, "x");
    ImageFile(after).write(kEbsBlockBytes, "y");
    ImageFile(after).write(5 * kEbsBlockBytes, "new");
    EXPECT_THAT(changed_blocks(map_blocks(before), map_blocks(after)), ElementsAre(1, 5));
    EXPECT_THAT(changed_blocks(map_blocks(after), map_blocks(before)), ElementsAre(1, 5));
    EXPECT_THAT(changed_blocks(map_blocks(after), map_blocks(after)), ElementsAre());
}

TEST_F(BlockMapTest, StopsWhenAsked) {
    const std::filesystem::path file = make("file", kEbsBlockBytes);
    ImageFile(file).write(0, "x");
    std::stop_source stop;
    stop.request_stop();
    try {
        map_blocks(file, 2, stop.get_token());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

}  // namespace
}  // namespace kiln::disk
