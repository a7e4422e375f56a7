#include "publish/snapshot_map.hpp"

#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::publish {
namespace {

SnapshotMap small_map() {
    SnapshotMap map;
    for (const std::int64_t index : {std::int64_t{0}, std::int64_t{7}, std::int64_t{2'097'151}}) {
        MappedBlock block{index, {}};
        block.digest[0] = static_cast<std::uint8_t>(index + 1);
        block.digest[31] = 0xff;
        map.blocks.push_back(block);
    }
    return map;
}

TEST(SnapshotMap, IsTheSameBehindAFile) {
    const SnapshotMap map = small_map();
    const std::string text = encode(map);
    EXPECT_EQ(text.size(), 8U + 3U * 40U);
    EXPECT_EQ(decode_map(text), map);
    EXPECT_EQ(decode_map(encode({})), SnapshotMap{});
    EXPECT_EQ(map.digest().size(), 64U);
}

TEST(SnapshotMap, KnowsWhatIsNotThere) {
    const SnapshotMap map = small_map();
    ASSERT_NE(map.find(7), nullptr);
    EXPECT_EQ((*map.find(7))[0], 8);
    EXPECT_EQ(map.find(6), nullptr);
    EXPECT_EQ(map.find(2'097'152), nullptr);
}

TEST(SnapshotMap, IsNoneWhenDamaged) {
    const std::string text = encode(small_map());
    EXPECT_EQ(decode_map(""), std::nullopt);
    EXPECT_EQ(decode_map(text.substr(0, text.size() - 1)), std::nullopt);
    EXPECT_EQ(decode_map("KILNMAP2" + text.substr(8)), std::nullopt);
    // Twice the same index.
    EXPECT_EQ(decode_map(text + text.substr(text.size() - 40)), std::nullopt);
}

TEST(MapStore, GivesOnlyWhatTheDigestBearsOut) {
    sys::RealFileSystem files;
    const sys::TempDirectory folder(files, sys::default_temp_parent(), "kiln-maps-");
    MapStore store(files, folder.path() / "maps");
    const SnapshotMap map = small_map();
    EXPECT_EQ(store.load("snap-1", map.digest()), std::nullopt);
    store.keep("snap-1", map);
    EXPECT_EQ(store.load("snap-1", map.digest()), map);
    EXPECT_EQ(store.load("snap-1", SnapshotMap{}.digest()), std::nullopt);
    EXPECT_EQ(store.load("snap-1", ""), std::nullopt);
    files.write_file_atomic(folder.path() / "maps" / "snap-1.map", "damaged");
    EXPECT_EQ(store.load("snap-1", map.digest()), std::nullopt);
}

}  // namespace
}  // namespace kiln::publish
