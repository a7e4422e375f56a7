#include "contents/image_tree.hpp"

#include <gmock/gmock.h>

namespace kiln::contents {
namespace {

using sys::FileType;
using testing::ElementsAre;

/// A store of given entries; a file's content is its path.
class GivenStore final : public FileStore {
public:
    explicit GivenStore(std::vector<Entry> entries) : entries_(std::move(entries)) {}

    std::vector<Entry> list() override { return entries_; }
    void read(const Entry& entry, const ContentSink& sink) override { sink(entry.path); }
    std::unique_ptr<FileStore> another() override { return std::make_unique<GivenStore>(entries_); }

private:
    std::vector<Entry> entries_;
};

Entry folder(std::string path) {
    Entry entry;
    entry.path = std::move(path);
    entry.type = FileType::directory;
    return entry;
}
Entry file(std::string path) {
    Entry entry;
    entry.path = std::move(path);
    return entry;
}
Entry symlink(std::string path, std::string target) {
    Entry entry;
    entry.path = std::move(path);
    entry.type = FileType::symlink;
    entry.target = std::move(target);
    return entry;
}

ImageTree tree_of(std::vector<Entry> entries) {
    ImageTree tree("image");
    tree.mount("", std::make_unique<GivenStore>(std::move(entries)));
    return tree;
}

std::vector<std::string> paths_of(const std::vector<const Entry*>& entries) {
    std::vector<std::string> paths;
    for (const Entry* entry : entries) {
        paths.push_back(entry->path);
    }
    return paths;
}

TEST(ImageTree, FollowsSymlinksWithinTheImage) {
    const ImageTree tree = tree_of(
        {folder("usr"),
         folder("usr/bin"),
         file("usr/bin/ls"),
         symlink("bin", "usr/bin"),
         symlink("up", "../../../usr"),
         symlink("absolute", "/bin/../bin/ls"),
         symlink("a", "b"),
         symlink("b", "a")}
    );
    EXPECT_EQ(tree.resolve("bin/ls"), "usr/bin/ls");
    EXPECT_EQ(tree.resolve("/up/./bin//ls"), "usr/bin/ls");
    EXPECT_EQ(tree.resolve("absolute"), "usr/bin/ls");
    EXPECT_EQ(tree.resolve("bin/new"), "usr/bin/new");
    EXPECT_EQ(tree.resolve("a/x"), std::nullopt);
    EXPECT_EQ(tree.follow("a"), nullptr);
    EXPECT_EQ(tree.find("bin")->target, "usr/bin");
    EXPECT_EQ(tree.find("bin/ls"), nullptr);
}

TEST(ImageTree, ListsAFolderThoughNamesSortBetweenItAndItsContents) {
    const ImageTree tree = tree_of(
        {folder("etc"),
         folder("etc/x"),
         file("etc/x/deep"),
         file("etc/x-y"),
         file("etc/x.conf"),
         file("etc/x0"),
         file("etcetera"),
         symlink("link", "etc")}
    );
    EXPECT_THAT(
        paths_of(tree.children("etc")), ElementsAre("etc/x", "etc/x-y", "etc/x.conf", "etc/x0")
    );
    EXPECT_EQ(tree.children("link"), tree.children("etc"));
    EXPECT_THAT(paths_of(tree.children("")), ElementsAre("etc", "etcetera", "link"));
    EXPECT_THAT(tree.children("none"), ElementsAre());
}

TEST(ImageTree, AMountHidesWhatWasThere) {
    ImageTree tree = tree_of({folder("boot"), file("boot/hidden"), file("bootlog")});
    tree.mount("boot", std::make_unique<GivenStore>(std::vector<Entry>{file("vmlinuz")}));
    EXPECT_THAT(paths_of(tree.children("boot")), ElementsAre("boot/vmlinuz"));
    EXPECT_EQ(tree.find("boot/hidden"), nullptr);
    EXPECT_NE(tree.find("bootlog"), nullptr);
    EXPECT_EQ(tree.read_file("boot/vmlinuz"), "boot/vmlinuz");
    EXPECT_EQ(tree.read_file("boot"), std::nullopt);
}

}  // namespace
}  // namespace kiln::contents
