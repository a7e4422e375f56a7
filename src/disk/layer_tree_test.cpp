#include "disk/layer_tree.hpp"

#include "base/error.hpp"
#include "disk/testing/ext4_fixture.hpp"

#include <fmt/format.h>

namespace kiln::disk::testing {
namespace {

class MeasureLayer : public Ext4Test {};

TEST_F(MeasureLayer, CountsBlocksAndInodes) {
    TreeMaker tree = layer("tree");
    tree.file("empty", "")
        .file("a byte", "x")
        .file("a block", std::string(4096, 'x'))
        .file("more", std::string(4097, 'x'))
        .link("same as more", "more")
        .symlink("short", "s")
        .symlink("long", std::string(60, 'l'))
        .whiteout("gone")
        .directory("d");
    // Two directories, blocks of 1 + 1 + 2 for files, 1 for the long target.
    EXPECT_EQ(measure_layer(tree.root()), (ContentSize{7 * 4096, 8}));
}

TEST_F(MeasureLayer, LeavesOutWhatLiesBelowExcludedFolders) {
    TreeMaker tree = layer("tree");
    tree.file("var/lib/data/large", std::string(100'000, 'x')).file("var/lib/x", "x");
    EXPECT_EQ(measure_layer(tree.root(), {"/var/lib/data"}), (ContentSize{5 * 4096, 5}));
}

TEST_F(MeasureLayer, DoesNotCountHoles) {
    TreeMaker tree = layer("tree");
    tree.file("lastlog", "x");
    std::filesystem::resize_file(tree.root() / "lastlog", 10 * kGiB);
    EXPECT_EQ(measure_layer(tree.root()), (ContentSize{2 * 4096, 2}));
}

TEST_F(MeasureLayer, IsEnoughForWhatIsWritten) {
    TreeMaker tree = layer("tree");
    for (int i = 0; i < 1500; ++i) {
        tree.file(
            fmt::format("many/{}-{}", std::string(static_cast<std::size_t>(100 + i % 100), 'n'), i),
            ""
        );
    }
    tree.file("large", random_bytes(1'000'000)).settle();
    const std::filesystem::path image = create("image", 64 * kMiB);
    const auto free_blocks = [&] {
        const std::string stats =
            run(fmt::format("/sbin/debugfs -R 'stats -h' '{}?offset={}'", image.string(), kOffset));
        return std::stoll(stats.substr(stats.find("Free blocks:") + 12));
    };
    const std::int64_t before = free_blocks();
    apply(image, {tree});
    const std::int64_t used = (before - free_blocks()) * 4096;
    const ContentSize measured = measure_layer(tree.root());
    EXPECT_LE(used, measured.bytes);
    EXPECT_GT(used, measured.bytes * 9 / 10);
}

TEST_F(MeasureLayer, NamesAMissingLayer) {
    try {
        measure_layer("/no/such/layer");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_EQ(error.message(), "reading directory /no/such/layer: No such file or directory");
    }
}

}  // namespace
}  // namespace kiln::disk::testing
