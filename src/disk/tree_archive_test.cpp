#include "disk/tree_archive.hpp"

#include "base/error.hpp"
#include "disk/testing/ext4_fixture.hpp"
#include "disk/tree_copy.hpp"

#include <fmt/format.h>
#include <fstream>

namespace kiln::disk::testing {
namespace {

/// Everything that stat(2) and listxattr(2) tell of a tree, and what its files hold.
std::string everything_in(const std::filesystem::path& tree) {
    return run(fmt::format(
        "cd '{}' && python3 - <<'EOF'\n"
        "import hashlib, os, stat\n"
        "inodes = {{}}\n"
        "def show(path):\n"
        "    s = os.lstat(path)\n"
        "    is_file, is_folder = stat.S_ISREG(s.st_mode), stat.S_ISDIR(s.st_mode)\n"
        "    link = inodes.setdefault(s.st_ino, path) if not is_folder else ''\n"
        "    print(path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, s.st_rdev,\n"
        "          s.st_size if is_file else '', link,\n"
        "          os.readlink(path) if stat.S_ISLNK(s.st_mode) else '',\n"
        "          hashlib.sha256(open(path, 'rb').read()).hexdigest() if is_file else '',\n"
        "          *[(n, os.getxattr(path, n, follow_symlinks=False).hex())\n"
        "            for n in sorted(os.listxattr(path, follow_symlinks=False))])\n"
        "for folder, folders, files in os.walk('.'):\n"
        "    folders.sort()\n"
        "    show(folder)\n"
        "    for name in sorted(files + [f for f in folders if os.path.islink(folder + '/' + "
        "f)]):\n"
        "        show(folder + '/' + name)\n"
        "EOF\n",
        tree.string()
    ));
}

class TreeArchiveTest : public Ext4Test {
protected:
    std::filesystem::path archive(const std::string& name, const std::vector<LayerTree>& layers) {
        const std::filesystem::path path = scratch_.path(name);
        write_tree_archive(layers, path, kLatest, {});
        return path;
    }
    std::string unpacked(const std::filesystem::path& archive) {
        const std::filesystem::path folder = scratch_.path("unpacked");
        std::filesystem::create_directory(folder);
        run(fmt::format(
            "tar --numeric-owner --xattrs --xattrs-include='*' --acls -xpf '{}' -C '{}'",
            archive.string(),
            folder.string()
        ));
        return everything_in(folder);
    }
};

// user::rw-,user:1000:r--,group::r--,mask::r--,other::---
const std::string kAclValue(
    "\x02\0\0\0\x01\0\x06\0\xff\xff\xff\xff\x02\0\x04\0\xe8\x03\0\0\x04\0\x04\0\xff\xff\xff\xff"
    "\x10\0\x04\0\xff\xff\xff\xff\x20\0\0\0\xff\xff\xff\xff",
    44
);

// What setcap cap_net_raw+ep writes (capabilities(7), version 2).
const std::string kCapability("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

TEST_F(TreeArchiveTest, IsUnpackedByTarAsTheLayersAreByTheKernel) {
    TreeMaker base = layer("base");
    base.file("etc/hostname", "node\n", 0640).owner("etc/hostname", 7, 3'000'000);
    base.file("etc/gone", "g").file("etc/old/x", "x").file("etc/old/deep/x", "x");
    base.file("was/a/folder", "x").file("was_a_file", "x").symlink("was_a_link", "etc");
    base.file("bin/ping", "p", 04755).xattr("bin/ping", "security.capability", kCapability);
    base.link("bin/ping2", "bin/ping").link("a_ping", "bin/ping").xattr("etc", "user.x", "a\nb");
    base.file("acl", "a").xattr("acl", "system.posix_acl_access", kAclValue);
    base.symlink("link", std::string(200, 'l')).node("pipe", S_IFIFO | 0600, 0, 0);
    base.node("null", S_IFCHR | 0666, 1, 3).node("disk", S_IFBLK | 0660, 259, 70'000);
    base.file(std::string(150, 'n') + "/" + std::string(150, 'n'), "x").file("\xc3\xa9\xff", "x");
    base.directory("tmp", 01777).file("new", "n").time("new", kLatest + 5, 5);
    base.file("old", "o").time("old", -3, 500'000'000).file("half", "h").time("half", 9, 25'000);
    base.file("zeros", std::string(3 << 20, '\0')).file("filled", std::string(2 << 20, 'f'));
    base.file("holes", std::string(100'000, 'x'));
    std::filesystem::resize_file(base.root() / "holes", 20 << 20);
    std::ofstream(base.root() / "holes", std::ios::in | std::ios::binary).seekp(9'000'001) << "y";
    base.time("holes", 1'000).settle();
    TreeMaker next = layer("next");
    next.whiteout("etc/gone").opaque("etc/old").file("etc/old/y", "y").file("was", "a file");
    next.file("was_a_file/now", "x").file("was_a_link/now", "x").file("bin/ping2", "another");
    // overlayfs copies the attributes of a folder up with it.
    next.xattr("etc", "user.x", "a\nb").settle();
    TreeMaker last = layer("last");
    last.file("etc/old/z", "z").file("etc/gone", "back").xattr("etc", "user.x", "a\nb").settle();
    const std::vector<LayerTree> layers = {base.root(), next.root(), last.root()};

    const std::filesystem::path copy = scratch_.path("copy");
    std::filesystem::create_directory(copy);
    for (const LayerTree& tree : layers) {
        apply_layer_to_directory(copy, kLatest, tree, {}, {});
    }
    const std::filesystem::path tar = archive("tree.tar", layers);
    EXPECT_EQ(unpacked(tar), everything_in(copy));
    // Of 25 MiB in three sparse files there is nothing but what they hold.
    EXPECT_LT(std::filesystem::file_size(tar), 3U << 20);
    const std::string list =
        run(fmt::format("tar --numeric-owner --xattrs -tvf '{}' | sed 3q", tar.string()));
    EXPECT_THAT(list, ::testing::StartsWith("drwxr-xr-x "));
    EXPECT_FALSE(std::filesystem::exists(scratch_.path("tree.tar.partial")));
}

TEST_F(TreeArchiveTest, IsTheSameWhereTheHostHasOtherHoles) {
    const std::string text = std::string(1 << 20, '\0') + "end";
    TreeMaker dense = layer("dense");
    dense.file("f", text).settle();
    TreeMaker holes = layer("holes");
    holes.file("f", "");
    std::filesystem::resize_file(holes.root() / "f", 1 << 20);
    std::ofstream(holes.root() / "f", std::ios::app | std::ios::binary) << "end";
    holes.time("f", 1'600'000'000).settle();
    EXPECT_TRUE(
        whole_file(archive("a.tar", {dense.root()})) == whole_file(archive("b.tar", {holes.root()}))
    );
}

TEST_F(TreeArchiveTest, LeavesNothingWhenItIsStopped) {
    TreeMaker base = layer("base");
    base.file("f", random_bytes(3 << 20));
    std::stop_source stop;
    const WriteControl control{stop.get_token(), [&](std::int64_t) { stop.request_stop(); }};
    try {
        write_tree_archive({base.root()}, scratch_.path("tree.tar"), kLatest, control);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
    EXPECT_FALSE(std::filesystem::exists(scratch_.path("tree.tar")));
    EXPECT_FALSE(std::filesystem::exists(scratch_.path("tree.tar.partial")));
}

}  // namespace
}  // namespace kiln::disk::testing
