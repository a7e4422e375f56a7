// That the bytes of an image are a function of the chain of layers, and that a small change of the
// last layer changes little.
#include "disk/block_map.hpp"
#include "disk/sparse_copy.hpp"
#include "disk/testing/ext4_fixture.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::disk::testing {
namespace {

class Ext4Stability : public Ext4Test {
protected:
    /// About the shape of a Debian with a kernel and containerd: 20 thousand files, most of them
    /// small, some directories large.
    TreeMaker system(const std::string& name) {
        TreeMaker tree = layer(name);
        std::mt19937 random(7);
        const std::string content = random_bytes(2'000'000);
        const auto add = [&](const std::string& path) {
            const std::size_t size = random() % 200 == 0 ? random() % 500'000 : random() % 3'000;
            tree.file(path, std::string_view(content).substr(random() % 1000, size));
        };
        for (int i = 0; i < 3000; ++i) {
            add(fmt::format("var/lib/dpkg/info/package-{}.list", i));
        }
        for (int directory = 0; directory < 1500; ++directory) {
            for (int i = 0; i < 10; ++i) {
                add(fmt::format("usr/lib/modules/m{}/d{}/file{}", directory % 40, directory, i));
            }
        }
        for (int i = 0; i < 1500; ++i) {
            add(fmt::format("usr/bin/program-{}", i));
        }
        for (int i = 0; i < 500; ++i) {
            add(fmt::format("etc/d{}/conf{}", i % 60, i));
        }
        return tree.settle();
    }

    /// What a last script leaves: copied-up directories, a changed file, a new one, a removed one.
    TreeMaker last_step(const std::string& name, const std::string& line) {
        TreeMaker tree = layer(name);
        tree.file("etc/d1/conf1", "changed\n" + line)
            .file("etc/motd", line)
            .file("etc/sysctl.d/50-kiln.conf", "vm.swappiness = 1\n" + line)
            .whiteout("usr/bin/program-7")
            .file("var/log/dpkg.log", std::string(20'000, 'l') + line);
        return tree.settle();
    }

    static constexpr std::int64_t kSize = kGiB;
};

TEST_F(Ext4Stability, AChainGivesTheSameBytesInOneGoAndFromACopyOfAPrefix) {
    TreeMaker base = layer("base");
    for (int i = 0; i < 400; ++i) {
        base.file(fmt::format("etc/f{}", i), random_bytes(static_cast<std::size_t>(i) * 50));
    }
    base.settle();
    TreeMaker second = layer("second");
    second.opaque("opt").file("opt/a", "a").whiteout("etc/f3").file("etc/f5", "five");
    second.xattr("etc/f5", "user.x", random_bytes(500)).settle();
    TreeMaker third = layer("third");
    third.whiteout("opt").file("etc/f7", random_bytes(100'000)).file("new/deep/er", "n").settle();

    const std::filesystem::path whole = build("whole", {base, second, third});
    EXPECT_EQ(map_blocks(build("again", {base, second, third})), map_blocks(whole));
    for (std::size_t prefix = 0; prefix < 3; ++prefix) {
        SCOPED_TRACE(prefix);
        const std::vector<TreeMaker> layers{base, second, third};
        const auto cut = layers.begin() + static_cast<std::ptrdiff_t>(prefix);
        const std::filesystem::path start =
            build(fmt::format("start{}", prefix), {layers.begin(), cut});
        const std::filesystem::path copy = scratch_.path(fmt::format("copy{}", prefix));
        sparse_copy(start, copy);
        apply(copy, {cut, layers.end()});
        EXPECT_EQ(map_blocks(copy), map_blocks(whole));
    }
}

TEST_F(Ext4Stability, TheFolderOfALayerDoesNotMatter) {
    const auto make = [&](const std::string& name, const std::vector<int>& order) {
        TreeMaker tree = layer(name);
        for (const int i : order) {  // directories of the host keep or hash the order of creation
            tree.file(fmt::format("file{}", i), std::to_string(i));
        }
        return tree.settle();
    };
    EXPECT_EQ(
        map_blocks(build("a", {make("one", {1, 2, 3, 4, 5})})),
        map_blocks(build("b", {make("two", {5, 3, 1, 4, 2})}))
    );
}

TEST_F(Ext4Stability, AOneLineChangeOfTheLastStepChangesFewBlocks) {
    const TreeMaker base = system("base");
    const std::filesystem::path start = build("start", {base}, kSize);
    struct Case {
        const char* name;
        std::string line;
    };
    const Case cases[] = {
        {"as long", "answer = 43\n"},
        {"longer", "answer = 43 and some more\n"},
        {"some blocks longer", std::string(9000, 'x')}};
    const std::filesystem::path before = scratch_.path("before");
    sparse_copy(start, before);
    apply(before, {last_step("last", "answer = 42\n")});
    const BlockMap map_before = map_blocks(before);
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const std::filesystem::path after = scratch_.path(c.name);
        sparse_copy(start, after);
        apply(after, {last_step(std::string("last ") + c.name, c.line)});
        const auto changed = changed_blocks(map_before, map_blocks(after));
        EXPECT_GE(changed.size(), 1U);
        EXPECT_LE(changed.size(), 4U);
    }
}

}  // namespace
}  // namespace kiln::disk::testing
