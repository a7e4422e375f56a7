#include "contents/layers_store.hpp"

#include "contents/image_tree.hpp"
#include "contents/sizes.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::contents {
namespace {

class LayersStoreTest : public testing::Test {
protected:
    void write(const std::string& path, const std::string& text) {
        const std::filesystem::path file = folder_.path() / path;
        files_.make_directories(file.parent_path());
        files_.write_file_atomic(file, text);
    }
    ImageTree tree() {
        ImageTree tree("image");
        tree.mount("", make_layers_store({folder_.path() / "low", folder_.path() / "high"}, {}));
        return tree;
    }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent()};
};

TEST_F(LayersStoreTest, ShowsWhatTheLayersMakeTogether) {
    write("low/etc/motd", "old");
    write("low/etc/hosts", "low");
    write("high/etc/motd", "newer");
    write("high/opt/tool", "bytes");
    std::filesystem::create_symlink("opt/tool", folder_.path() / "high/tool");
    ImageTree merged = tree();
    std::vector<std::string> paths;
    for (const Entry& entry : merged.entries()) {
        paths.push_back(entry.path);
    }
    EXPECT_EQ(
        paths, (std::vector<std::string>{"etc", "etc/hosts", "etc/motd", "opt", "opt/tool", "tool"})
    );
    EXPECT_EQ(merged.read_file("etc/motd"), "newer");
    EXPECT_EQ(merged.read_file("etc/hosts"), "low");
    EXPECT_EQ(merged.read_file("tool"), "bytes");
    EXPECT_EQ(merged.find("etc/motd")->size_bytes, 5);
    EXPECT_EQ(merged.find("opt")->type, sys::FileType::directory);
    EXPECT_EQ(merged.find("tool")->target, "opt/tool");
    const auto readers = merged.readers();
    std::string text;
    readers[0]->read(*merged.find("etc/hosts"), [&](std::string_view piece) { text += piece; });
    EXPECT_EQ(text, "low");
}

TEST_F(LayersStoreTest, SizesKnowThePackages) {
    write("low/usr/bin/ls", "four");
    write("low/var/lib/dpkg/status", "Package: coreutils\nStatus: install ok installed\n");
    write("low/var/lib/dpkg/info/coreutils.list", "/.\n/bin\n/bin/ls\n");
    std::filesystem::create_symlink("usr/bin", folder_.path() / "low/bin");
    write("high/usr/bin/own", "123");
    ImageTree merged = tree();
    sys::RealProcessRunner processes;
    const std::string sizes = sizes_json(merged, {processes});
    EXPECT_NE(sizes.find(R"({"name":"coreutils","bytes":4})"), std::string::npos) << sizes;
    EXPECT_NE(sizes.find(R"({"name":"/usr/bin","bytes":7})"), std::string::npos) << sizes;
}

}  // namespace
}  // namespace kiln::contents
