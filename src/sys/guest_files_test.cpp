#include "sys/guest_files.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace kiln::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Path = std::filesystem::path;

class GuestFilesTest : public ::testing::Test {
protected:
    GuestFilesTest() {
        for (const Path& folder : {layer_, top_, bottom_}) {
            files_.make_directories(folder);
        }
    }
    static std::vector<std::string> tree_of(const Path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            names.push_back(entry.path().lexically_relative(folder));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent()};
    Path layer_ = folder_.path() / "layer";
    Path top_ = folder_.path() / "top";
    Path bottom_ = folder_.path() / "bottom";
};

TEST_F(GuestFilesTest, ALayerTakesFoldersAsTheTopmostLayerHasThem) {
    files_.make_directories(bottom_ / "etc/x", 0700);
    files_.make_directories(top_ / "etc", 0755);
    const timespec then[] = {{1000, 0}, {2000, 5}};
    for (const Path& folder : {top_ / "etc", bottom_ / "etc/x"}) {
        ASSERT_EQ(::utimensat(AT_FDCWD, folder.c_str(), then, 0), 0);
    }
    write_guest_layer(layer_, {top_, bottom_}, {{"etc/x/f", "content", 0640}});
    EXPECT_THAT(tree_of(layer_), ElementsAre("etc", "etc/x", "etc/x/f"));
    EXPECT_EQ(files_.read_file(layer_ / "etc/x/f"), "content");
    EXPECT_EQ(files_.status(layer_ / "etc/x/f")->mode, 0640U);
    EXPECT_EQ(files_.status(layer_ / "etc")->mode, 0755U);
    EXPECT_EQ(files_.status(layer_ / "etc/x")->mode, 0700U);
    EXPECT_EQ(files_.status(layer_ / "etc")->modified_ns, 2'000'000'000'005);
    EXPECT_EQ(files_.status(layer_ / "etc/x")->modified_ns, 2'000'000'000'005);
}

// Some distributions have /usr/sbin as a symlink to bin: a folder in its place would hide /usr/bin.
TEST_F(GuestFilesTest, ALayerHidesNoSymlink) {
    files_.make_directories(bottom_ / "usr/bin");
    files_.make_symlink("bin", bottom_ / "usr/sbin");
    write_guest_layer(
        layer_, {top_, bottom_}, {{"usr/sbin/policy-rc.d", "x"}, {"etc/resolv.conf", "y"}}
    );
    EXPECT_THAT(tree_of(layer_), ElementsAre("etc", "etc/resolv.conf"));
}

TEST_F(GuestFilesTest, TheResolverIsLeftOutWhereTheHostHasNone) {
    std::vector<std::string> paths;
    for (const GuestFile& file : sandbox_guest_files(folder_.path() / "missing")) {
        paths.push_back(file.path);
    }
    EXPECT_THAT(paths, ElementsAre("usr/sbin/policy-rc.d"));
}

TEST_F(GuestFilesTest, InPlaceWhatACommandChangedStays) {
    files_.make_directories(top_ / "etc");
    GuestFilesInPlace placed(top_, layer_, {{"etc/a", "ours"}, {"etc/b", "ours"}});
    EXPECT_THAT(placed.binds(), IsEmpty());
    files_.write_file_atomic(top_ / "etc/b", "theirs");
    placed.take_away();
    placed.take_away();
    EXPECT_THAT(tree_of(top_), ElementsAre("etc", "etc/b"));
}

TEST_F(GuestFilesTest, InPlaceNoLinkLeadsToTheHost) {
    const Path outside = folder_.path() / "outside";
    files_.make_directories(outside);
    files_.make_symlink(outside.string(), top_ / "etc");
    GuestFilesInPlace placed(top_, layer_, {{"etc/resolv.conf", "ours"}});
    EXPECT_THAT(placed.binds(), IsEmpty());
    EXPECT_THAT(tree_of(outside), IsEmpty());
    placed.take_away();
}

}  // namespace
}  // namespace kiln::sys
