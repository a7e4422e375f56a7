#include "base/digest.hpp"
#include "base/error.hpp"
#include "disk/block_map.hpp"
#include "disk/sparse_copy.hpp"
#include "disk/testing/ext4_fixture.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::disk::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Ext4Layer : public Ext4Test {};

TEST_F(Ext4Layer, HoldsEveryKindOfFile) {
    TreeMaker base = layer("base");
    base.directory("tmp", 01777)
        .file("etc/hostname", "node\n")
        .file("etc/shadow", "x", 0640)
        .owner("etc/shadow", 0, 42)
        .file("empty", "")
        .file("setuid", "s", 04755)
        .file("no permissions", "n", 0)
        .file("high owner", "h")
        .owner("high owner", 4'000'000'000, 65536)
        .symlink("dangling", "../a/b")
        .node("null", S_IFCHR | 0666, 1, 3)
        .node("disk", S_IFBLK | 0660, 259, 1000)
        .node("pipe", S_IFIFO | 0600, 0, 0)
        .node("socket", S_IFSOCK | 0600, 0, 0)
        .file("\xc3\xbc\xe2\x82\xac\xf0\x9f\x92\xbe", "unicode")
        .file("not\xff utf-8\n", "bytes")
        .settle();
    EXPECT_EQ(
        list_ext4(build("image", {base}), kOffset),
        (Files{
            {"/", "dir 0755 0:0 links=5 mtime=1600000000.000000000"},
            {"/dangling",
             "symlink 0777 0:0 links=1 size=6 mtime=1600000000.000000000 -> \"../a/b\""},
            {"/disk", "block 0660 0:0 links=1 size=0 mtime=1600000000.000000000 259:1000"},
            {"/empty", "file 0644 0:0 links=1 size=0 mtime=1600000000.000000000 \"\""},
            {"/etc", "dir 0755 0:0 links=2 mtime=1600000000.000000000"},
            {"/etc/hostname", "file 0644 0:0 links=1 size=5 mtime=1600000000.000000000 \"node\n\""},
            {"/etc/shadow", "file 0640 0:42 links=1 size=1 mtime=1600000000.000000000 \"x\""},
            {"/high owner",
             "file 0644 4000000000:65536 links=1 size=1 mtime=1600000000.000000000 \"h\""},
            {"/no permissions", "file 0000 0:0 links=1 size=1 mtime=1600000000.000000000 \"n\""},
            {"/not\xff utf-8\n",
             "file 0644 0:0 links=1 size=5 mtime=1600000000.000000000 \"bytes\""},
            {"/null", "char 0666 0:0 links=1 size=0 mtime=1600000000.000000000 1:3"},
            {"/pipe", "fifo 0600 0:0 links=1 size=0 mtime=1600000000.000000000"},
            {"/setuid", "file 4755 0:0 links=1 size=1 mtime=1600000000.000000000 \"s\""},
            {"/socket", "socket 0600 0:0 links=1 size=0 mtime=1600000000.000000000"},
            {"/tmp", "dir 1777 0:0 links=2 mtime=1600000000.000000000"},
            {"/\xc3\xbc\xe2\x82\xac\xf0\x9f\x92\xbe",
             "file 0644 0:0 links=1 size=7 mtime=1600000000.000000000 \"unicode\""},
        })
    );
}

TEST_F(Ext4Layer, KeepsTimesToTheNanosecondButNoneAfterTheLatest) {
    TreeMaker base = layer("base");
    base.file("fraction", "").time("fraction", 1'500'000'000, 987654321);
    base.file("early", "").time("early", -5, 123456789);
    base.file("late", "").time("late", kLatest + 5, 7);
    base.file("just late", "").time("just late", kLatest, 1).settle();
    Files times;
    for (const auto& [path, line] : list_ext4(build("image", {base}), kOffset)) {
        times[path] = line.substr(line.find("mtime="), line.find(" \"") - line.find("mtime="));
    }
    times.erase("/");
    EXPECT_EQ(
        times,
        (Files{
            {"/early", "mtime=-5.123456789"},
            {"/fraction", "mtime=1500000000.987654321"},
            {"/just late", "mtime=1700000000.000000000"},
            {"/late", "mtime=1700000000.000000000"},
        })
    );
}

TEST_F(Ext4Layer, KeepsSymlinkTargetsOfEveryLength) {
    TreeMaker base = layer("base");
    Files want;
    for (const std::size_t size : {1U, 59U, 60U, 61U, 4095U}) {
        const std::string target(size, 't');
        base.symlink(std::to_string(size), target);
        want["/" + std::to_string(size)] = fmt::format(
            "symlink 0777 0:0 links=1 size={} mtime=1600000000.000000000 -> {}",
            size,
            size > 40 ? sha256_hex(target) : "\"" + target + "\""
        );
    }
    base.settle();
    Files got = list_ext4(build("image", {base}), kOffset);
    got.erase("/");
    EXPECT_EQ(got, want);
}

TEST_F(Ext4Layer, KeepsContentOfEverySizeAndItsHoles) {
    const std::string block(4096, 'b');
    const std::string zeros(4096, '\0');
    const std::map<std::string, std::string> contents{
        {"a block", block},
        {"a block and a byte", block + "x"},
        {"hole between", block + zeros + zeros + block},
        {"hole first", zeros + block},
        {"hole last", block + zeros},
        {"large", random_bytes(5'000'000)},
        {"only zeros", std::string(100'000, '\0')}};
    TreeMaker base = layer("base");
    Files want;
    for (const auto& [name, content] : contents) {
        base.file(name, content);
        want["/" + name] = fmt::format(
            "file 0644 0:0 links=1 size={} mtime=1600000000.000000000 {}",
            content.size(),
            sha256_hex(content)
        );
    }
    base.settle();
    const std::filesystem::path image = build("image", {base});
    Files got = list_ext4(image, kOffset);
    got.erase("/");
    EXPECT_EQ(got, want);
    const std::string blocks = run(fmt::format(
        "/sbin/debugfs -R 'blocks \"/only zeros\"' '{}?offset={}'", image.string(), kOffset
    ));
    EXPECT_THAT(blocks, HasSubstr("\n\n")) << "no block is there for zeros";
}

TEST_F(Ext4Layer, HolesAreTheSameWhetherTheHostHadThemOrNot) {
    const std::string content = "start" + std::string(300'000, '\0') + "end";
    TreeMaker dense = layer("dense");
    dense.file("file", content).settle();
    TreeMaker sparse = layer("sparse");
    sparse.file("file", "start");
    std::filesystem::resize_file(sparse.root() / "file", content.size() - 3);
    std::ofstream(sparse.root() / "file", std::ios::app) << "end";
    sparse.time("file", 1'600'000'000).settle();
    EXPECT_EQ(map_blocks(build("a", {dense})), map_blocks(build("b", {sparse})));
}

TEST_F(Ext4Layer, ASwapFileKeepsItsZeros) {
    std::string swap(64 * 4096, '\0');
    swap.replace(4096 - 10, 10, "SWAPSPACE2");
    TreeMaker base = layer("base");
    base.file("swapfile", swap, 0600).settle();
    const std::string extents = run(fmt::format(
        "/sbin/debugfs -R 'stat /swapfile' '{}?offset={}'", build("image", {base}).string(), kOffset
    ));
    EXPECT_THAT(extents, HasSubstr("(0-63):"));
}

TEST_F(Ext4Layer, AFileOfManyExtentsGetsATreeOfThem) {
    std::string content;
    for (int i = 0; i < 3000; ++i) {  // data and hole in turns: 1500 extents, two levels
        content += std::string(4096, i % 2 == 0 ? 'x' : '\0');
    }
    TreeMaker base = layer("base");
    base.file("comb", content).settle();
    Files got = list_ext4(build("image", {base}), kOffset);
    EXPECT_EQ(
        got["/comb"],
        fmt::format(
            "file 0644 0:0 links=1 size={} mtime=1600000000.000000000 {}",
            content.size(),
            sha256_hex(content)
        )
    );
}

TEST_F(Ext4Layer, KeepsAttributesButThoseOfOverlayfs) {
    const std::string capability("\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    const std::string big = random_bytes(2000);
    TreeMaker base = layer("base");
    base.file("ping", "p", 0755)
        .xattr("ping", "security.capability", capability)
        .xattr("ping", "trusted.overlay.origin", "x")
        .file("big", "b")
        .xattr("big", "user.big", big)
        .xattr("big", "user.small", "s")
        .directory("marked")
        .xattr("marked", "user.mark", "m")
        .settle();
    EXPECT_EQ(
        list_ext4(build("image", {base}), kOffset),
        (Files{
            {"/", "dir 0755 0:0 links=4 mtime=1600000000.000000000"},
            {"/big",
             "file 0644 0:0 links=1 size=1 mtime=1600000000.000000000 \"b\" user.big=" +
                 sha256_hex(big) + " user.small=\"s\""},
            {"/marked", "dir 0755 0:0 links=2 mtime=1600000000.000000000 user.mark=\"m\""},
            {"/ping",
             "file 0755 0:0 links=1 size=1 mtime=1600000000.000000000 \"p\" "
             "security.capability=\"" +
                 capability + "\""},
        })
    );
}

TEST_F(Ext4Layer, KeepsAccessControlLists) {
    TreeMaker base = layer("base");
    base.file("shared", "s").settle();
    // As setfacl -m u:1000:r has it: version 2, then tag, permissions and id of each entry.
    const std::string acl(
        "\2\0\0\0\1\0\6\0\xff\xff\xff\xff\2\0\4\0\xe8\3\0\0\4\0\4\0\xff\xff\xff\xff"
        "\x10\0\4\0\xff\xff\xff\xff\x20\0\4\0\xff\xff\xff\xff",
        44
    );
    base.xattr("shared", "system.posix_acl_access", acl);
    // On disk: version 1, and ids only where they mean something (fs/ext4/acl.h).
    const std::string on_disk("\1\0\0\0\1\0\6\0\2\0\4\0\xe8\3\0\0\4\0\4\0\x10\0\4\0\x20\0\4\0", 28);
    EXPECT_THAT(
        list_ext4(build("image", {base}), kOffset)["/shared"],
        HasSubstr(" system.posix_acl_access=\"" + on_disk + "\"")
    );
}

TEST_F(Ext4Layer, KeepsHardLinksOfALayer) {
    TreeMaker base = layer("base");
    base.file("a", "one").directory("d").link("d/b", "a").link("c", "a");
    base.file("alone", "two").settle();
    const std::filesystem::path image = build("image", {base});
    Files got = list_ext4(image, kOffset);
    const std::string line = "file 0644 0:0 links=3 size=3 mtime=1600000000.000000000 \"one\"";
    EXPECT_EQ(got["/a"], line);
    EXPECT_EQ(got["/c"], line);
    EXPECT_EQ(got["/d/b"], line);

    TreeMaker next = layer("next");
    next.whiteout("c").settle();
    apply(image, {next});
    got = list_ext4(image, kOffset);
    EXPECT_EQ(got["/a"], "file 0644 0:0 links=2 size=3 mtime=1600000000.000000000 \"one\"");
    EXPECT_EQ(got.count("/c"), 0U);
}

TEST_F(Ext4Layer, WhiteoutsRemoveFilesAndWholeTrees) {
    TreeMaker base = layer("base");
    base.file("keep", "k").file("gone", "g").file("tree/a/b/c", "deep").file("tree/d", "e");
    TreeMaker next = layer("next");
    next.whiteout("gone").whiteout("tree").whiteout("never was");
    EXPECT_THAT(paths(build("image", {base.settle(), next.settle()})), ElementsAre("/keep"));
}

TEST_F(Ext4Layer, AnOpaqueDirectoryHidesWhatWasThere) {
    TreeMaker base = layer("base");
    base.file("etc/old", "o").file("etc/sub/x", "x").file("etc/both", "1").settle();
    TreeMaker next = layer("next");
    next.opaque("etc").file("etc/new", "n").file("etc/both", "2").settle();
    const std::filesystem::path image = build("image", {base, next});
    EXPECT_THAT(paths(image), ElementsAre("/etc", "/etc/both", "/etc/new"));
    EXPECT_THAT(list_ext4(image, kOffset)["/etc/both"], HasSubstr("\"2\""));
}

TEST_F(Ext4Layer, ReplacesFilesAndKindsOfFiles) {
    TreeMaker base = layer("base");
    base.file("changed", "before").file("was file", "f").file("was directory/x", "x");
    base.symlink("was link", "there").directory("mode", 0755).settle();
    TreeMaker next = layer("next");
    next.file("changed", "after!").directory("was file").file("was directory", "d");
    next.file("was link", "now a file").directory("mode", 0700).file("mode/new", "n").settle();
    Files got = list_ext4(build("image", {base, next}), kOffset);
    EXPECT_EQ(
        got,
        (Files{
            {"/", "dir 0755 0:0 links=5 mtime=1600000000.000000000"},
            {"/changed", "file 0644 0:0 links=1 size=6 mtime=1600000000.000000000 \"after!\""},
            {"/mode", "dir 0700 0:0 links=2 mtime=1600000000.000000000"},
            {"/mode/new", "file 0644 0:0 links=1 size=1 mtime=1600000000.000000000 \"n\""},
            {"/was directory", "file 0644 0:0 links=1 size=1 mtime=1600000000.000000000 \"d\""},
            {"/was file", "dir 0755 0:0 links=2 mtime=1600000000.000000000"},
            {"/was link",
             "file 0644 0:0 links=1 size=10 mtime=1600000000.000000000 \"now a file\""},
        })
    );
}

TEST_F(Ext4Layer, DirectoriesGrowToHashTreesAndShrinkAgain) {
    TreeMaker base = layer("base");
    base.file("many/first", "").settle();
    TreeMaker grow = layer("grow");
    for (int i = 0; i < 3000; ++i) {
        grow.file(fmt::format("many/a-rather-long-name-of-a-file-{}", i), "");
    }
    grow.settle();
    TreeMaker shrink = layer("shrink");
    for (int i = 0; i < 2995; ++i) {
        shrink.whiteout(fmt::format("many/a-rather-long-name-of-a-file-{}", i));
    }
    shrink.settle();
    const std::filesystem::path image = build("image", {base, grow}, 64 * kMiB);
    EXPECT_GT(
        run(fmt::format(
                "/sbin/debugfs -R 'htree_dump /many' '{}?offset={}'", image.string(), kOffset
            ))
            .size(),
        10'000U
    );
    EXPECT_EQ(paths(image).size(), 3002U);
    apply(image, {shrink});
    EXPECT_EQ(paths(image).size(), 7U);
}

TEST_F(Ext4Layer, NothingOfARemovedFileIsLeftInTheImage) {
    const std::string secret = "the private key of the build";
    TreeMaker base = layer("base");
    base.file("root/key", secret).symlink("root/link", secret + std::string(60, '.'));
    base.file("root/" + secret, "").file("stays", "s").settle();
    TreeMaker next = layer("next");
    next.whiteout("root").settle();
    const std::filesystem::path image = build("image", {base});
    EXPECT_NE(whole_file(image).find(secret), std::string::npos);
    apply(image, {next});
    EXPECT_EQ(whole_file(image).find(secret), std::string::npos);
}

TEST_F(Ext4Layer, SelectsASubtreeAndLeavesOutOthers) {
    TreeMaker base = layer("base");
    base.file("etc/x", "x").file("var/lib/data/a", "a").file("var/lib/data/sub/b", "b");
    base.directory("var/lib/data", 0750).settle();
    TreeMaker unrelated = layer("unrelated");
    unrelated.file("etc/y", "y").settle();
    const TreeSelection root{.subtree = "/", .excluded = {"/var/lib/data"}};
    const TreeSelection data{.subtree = "/var/lib/data", .excluded = {"/var/lib/data/sub"}};

    EXPECT_THAT(
        paths(build("root", {base, unrelated}, 32 * kMiB, root)),
        ElementsAre("/etc", "/etc/x", "/etc/y", "/var", "/var/lib", "/var/lib/data")
    );
    const std::filesystem::path image = build("data", {base, unrelated}, 32 * kMiB, data);
    EXPECT_THAT(paths(image), ElementsAre("/a", "/sub"));
    EXPECT_EQ(list_ext4(image, kOffset)["/"], "dir 0750 0:0 links=4 mtime=1600000000.000000000");

    TreeMaker hides = layer("hides");
    hides.opaque("var").file("var/lib/data/c", "c").settle();
    apply(image, {hides}, data);
    EXPECT_THAT(paths(image), ElementsAre("/c"));

    TreeMaker removes = layer("removes");
    removes.whiteout("var/lib").settle();
    apply(image, {removes}, data);
    EXPECT_THAT(paths(image), ElementsAre());
}

TEST_F(Ext4Layer, RefusesALayerThatPointsIntoOthers) {
    TreeMaker base = layer("base");
    base.directory("moved").xattr("moved", "trusted.overlay.redirect", "/old").settle();
    const std::filesystem::path image = create("image");
    try {
        apply_layer_to_ext4(image, geometry_, base.root());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        EXPECT_EQ(
            error.message(),
            base.root().string() +
                "/moved/ has the overlayfs mark trusted.overlay.redirect: layers must be made "
                "with redirect_dir=off,metacopy=off"
        );
    }
}

TEST_F(Ext4Layer, SaysWhenTheFileSystemIsFull) {
    TreeMaker base = layer("base");
    base.file("large", random_bytes(40'000'000)).settle();
    const std::filesystem::path image = create("image", 32 * kMiB);
    try {
        apply_layer_to_ext4(image, geometry_, base.root());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_EQ(error.message(), "the ext4 file system of 32 MiB is full");
        EXPECT_THAT(error.context(), ElementsAre("writing /large"));
    }
}

TEST_F(Ext4Layer, SaysWhenThereAreMoreFilesThanInodes) {
    TreeMaker base = layer("base");
    for (int i = 0; i < 600; ++i) {
        base.file(std::to_string(i), "");
    }
    geometry_.inode_count = 512;
    const std::filesystem::path image = create("image", 32 * kMiB);
    try {
        apply_layer_to_ext4(image, geometry_, base.root());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_EQ(error.message(), "the ext4 file system has no inode left of its 512");
    }
}

TEST_F(Ext4Layer, UsesFreedBlocksWhenTheSweepHasReachedTheEnd) {
    const std::filesystem::path image = create("image", 32 * kMiB);
    for (int i = 0; i < 12; ++i) {  // 12 times 9 MB through a file system of 32 MiB
        TreeMaker next = layer(std::to_string(i));
        next.file("data", random_bytes(9'000'000, static_cast<unsigned>(i))).settle();
        apply(image, {next});
    }
    EXPECT_THAT(
        list_ext4(image, kOffset)["/data"], HasSubstr(sha256_hex(random_bytes(9'000'000, 11)))
    );
}

TEST_F(Ext4Layer, StopsWhenAsked) {
    TreeMaker base = layer("base");
    base.file("file", "x").settle();
    const std::filesystem::path image = create("image");
    std::stop_source stop;
    stop.request_stop();
    try {
        apply_layer_to_ext4(image, geometry_, base.root(), {}, {stop.get_token(), {}});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

TEST_F(Ext4Layer, TheKernelMountsItAndSeesTheTree) {
    TreeMaker base = layer("base");
    for (int i = 0; i < 2000; ++i) {
        base.file(fmt::format("many/name-{}", i), std::to_string(i));
    }
    base.file("large", random_bytes(3'000'000)).symlink("link", "large").settle();
    const std::filesystem::path image = build("image", {base});
    const std::filesystem::path at = scratch_.path("mnt");
    std::filesystem::create_directory(at);
    if (std::system("test -e /dev/loop-control") != 0) {
        GTEST_SKIP() << "this host has no loop devices";
    }
    // In a mount namespace of its own, which ends with the command.
    run(fmt::format(
        "unshare -m sh -ec 'mount -o loop,offset={},ro {} {}; rmdir {} 2>/dev/null || true; "
        "diff -r --no-dereference -x lost+found {} {}'",
        kOffset,
        image.string(),
        at.string(),
        at.string(),
        base.root().string(),
        at.string()
    ));
}

}  // namespace
}  // namespace kiln::disk::testing
