#include "execute/builder/rootfs/layer_cache.hpp"

#include "execute/builder/rootfs/cache_contents.hpp"
#include "execute/builder/rootfs/test_package.hpp"
#include "sys/file_lock.hpp"
#include "sys/file_system.hpp"

#include <gmock/gmock.h>
#include <map>

namespace kiln::exec::rootfs {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class LayerCacheTest : public testing::Test {
protected:
    LayerCacheTest() { journal_.begin_run({}); }

    HeldLayer make(const std::string& key, const std::string& content = "x") {
        PartialLayer layer = cache_.begin();
        write_text(layer.tree() / "file", content);
        write_text(layer.scratch() / "trash", "y");
        LayerRecord record;
        record.key = key;
        record.step = "shell";
        return cache_.publish(std::move(layer), record);
    }
    std::vector<std::string> layer_ids() {
        std::vector<std::string> ids;
        for (const CacheEntry& entry : list_cache(files_, folder_.path())) {
            if (entry.kind == CacheEntry::Kind::layer) {
                ids.push_back(entry.id);
            }
        }
        return ids;
    }

    TestFolder folder_;
    sys::RealFileSystem files_;
    Journal journal_{folder_ / "state/kiln.db"};
    LayerCache cache_{files_, journal_, folder_.path()};
};

TEST_F(LayerCacheTest, FindsWhatWasPublished) {
    EXPECT_FALSE(cache_.find("k1"));
    const HeldLayer made = make("k1");
    const std::optional<HeldLayer> found = cache_.find("k1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->record, made.record);
    EXPECT_EQ(read_text(found->tree() / "file"), "x");
    EXPECT_FALSE(std::filesystem::exists(found->entry.folder / "scratch"));
    EXPECT_FALSE(cache_.find("k2"));
}

TEST_F(LayerCacheTest, AnUnfinishedLayerIsJournalledAndLeavesNothing) {
    {
        const PartialLayer layer = cache_.begin();
        write_text(layer.tree() / "file", "x");
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "layers"));
    journal_.finish_run({});
    EXPECT_TRUE(journal_.leftovers().empty());
}

TEST_F(LayerCacheTest, ALayerMadeAgainTakesTheKeyAndAnotherId) {
    const HeldLayer first = make("k", "old");
    const HeldLayer second = make("k", "new");
    EXPECT_NE(first.record.id, second.record.id);
    EXPECT_EQ(cache_.find("k")->record.id, second.record.id);
    EXPECT_EQ(read_text(first.tree() / "file"), "old");
}

TEST_F(LayerCacheTest, ClearKeepsWhatIsInUse) {
    const HeldLayer held = make("k1");
    make("k2");
    const ClearedCache cleared = clear_cache(files_, folder_.path(), {CacheEntry::Kind::layer});
    EXPECT_EQ(cleared.entries, 1);
    EXPECT_EQ(cleared.kept_in_use, 1);
    EXPECT_THAT(layer_ids(), ElementsAre(held.record.id));
    EXPECT_FALSE(cache_.find("k2"));
}

TEST_F(LayerCacheTest, ShrinkingRemovesWhatWasNotUsedForLongest) {
    const std::string content(100'000, 'x');
    const std::string oldest = make("k1", content).record.id;
    const std::string used = make("k2", content).record.id;
    const std::string newest = make("k3", content).record.id;
    const auto age = [&](const std::string& id, int hours) {
        std::filesystem::last_write_time(
            folder_ / ("layers/" + id + "/lock"),
            std::filesystem::file_time_type::clock::now() - std::chrono::hours(hours)
        );
    };
    age(oldest, 1);
    age(used, 3);
    age(newest, 2);
    cache_.find("k2");
    shrink_cache(files_, folder_.path(), 250'000);
    EXPECT_THAT(layer_ids(), UnorderedElementsAre(oldest, used));
    shrink_cache(files_, folder_.path(), 250'000);
    EXPECT_THAT(layer_ids(), UnorderedElementsAre(oldest, used));
}

TEST_F(LayerCacheTest, KeepsDisks) {
    EXPECT_FALSE(cache_.find_disk("d"));
    cache_.keep_disk("d", [](const std::filesystem::path& image) { write_text(image, "disk"); });
    const std::optional<HeldDisk> disk = cache_.find_disk("d");
    ASSERT_TRUE(disk);
    EXPECT_EQ(read_text(disk->image()), "disk");
}

TEST_F(LayerCacheTest, ADiskThatFailsLeavesNothing) {
    EXPECT_THROW(
        cache_.keep_disk(
            "d",
            [](const std::filesystem::path& image) {
                write_text(image, "half");
                throw std::runtime_error("full");
            }
        ),
        std::runtime_error
    );
    EXPECT_FALSE(cache_.find_disk("d"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "disks"));
}

TEST_F(LayerCacheTest, RemembersTheChainOfEachBuild) {
    EXPECT_TRUE(cache_.last_chain("a").empty());
    const std::vector<LayerRecord> chain = {make("k1").record, make("k2").record};
    cache_.remember_chain("a", chain);
    EXPECT_EQ(cache_.last_chain("a"), chain);
    EXPECT_TRUE(cache_.last_chain("b").empty());
}

TEST(ListCache, AnAbsentCacheIsEmptyAndStaysAbsent) {
    const TestFolder folder;
    sys::RealFileSystem files;
    EXPECT_TRUE(list_cache(files, folder / "none").empty());
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST(CachedImages, AreListedAndClearedUnlessTheyAreUsed) {
    const TestFolder folder;
    sys::RealFileSystem files;
    std::filesystem::create_directories(folder / "isos");
    write_text(folder / "isos/a.iso", std::string(8192, 'x'));
    write_text(folder / "isos/a.iso.name", "debian-12.iso");
    write_text(folder / "isos/a.iso.lock", "");
    write_text(folder / "isos/b.iso.partial", "half");
    write_text(folder / "isos/b.iso.lock", "");
    auto used = sys::FileLock::try_acquire(folder / "isos/a.iso.lock", sys::FileLock::Kind::shared);
    ASSERT_TRUE(used);
    std::map<std::string, CacheEntry> images;
    for (const CacheEntry& entry : list_cache(files, folder.path())) {
        images[entry.id] = entry;
    }
    ASSERT_EQ(images.size(), 2U);
    EXPECT_EQ(images["a.iso"].kind, CacheEntry::Kind::image);
    EXPECT_EQ(images["a.iso"].description, "debian-12.iso");
    EXPECT_GE(images["a.iso"].bytes, 8192);
    EXPECT_TRUE(images["a.iso"].in_use);
    EXPECT_EQ(images["b.iso"].description, "");
    EXPECT_FALSE(images["b.iso"].in_use);

    const auto clear = [&] { return clear_cache(files, folder.path(), {CacheEntry::Kind::image}); };
    const ClearedCache first = clear();
    EXPECT_EQ(first.entries, 1);
    EXPECT_EQ(first.kept_in_use, 1);
    EXPECT_TRUE(std::filesystem::exists(folder / "isos/a.iso"));
    used.reset();
    EXPECT_EQ(clear().entries, 1);
    EXPECT_TRUE(std::filesystem::is_empty(folder / "isos"));
}

}  // namespace
}  // namespace kiln::exec::rootfs
