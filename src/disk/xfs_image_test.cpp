#include "disk/xfs_image.hpp"

#include "base/error.hpp"
#include "disk/assemble.hpp"
#include "disk/loop_device.hpp"
#include "disk/testing/ext4_fixture.hpp"
#include "sys/process_runner.hpp"

#include <csignal>
#include <fmt/format.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace kiln::disk::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class XfsImage : public Ext4Test {
protected:
    void SetUp() override {
        Ext4Test::SetUp();
        try {
            ImageFile::create(scratch_.path("probe"), kMiB);
            LoopDevice(scratch_.path("probe"), 0, kMiB);
        } catch (const Error& error) {
            GTEST_SKIP() << error.message();
        }
        if (whole_file("/proc/filesystems").find("\txfs\n") == std::string::npos &&
            std::system("modprobe xfs 2>/dev/null") != 0) {
            GTEST_SKIP() << "the kernel has no xfs";
        }
    }

    sys::RealProcessRunner processes_;
};

TEST_F(XfsImage, HoldsTheLayers) {
    TreeMaker base = layer("base");
    base.file("etc/hostname", "node\n").file("etc/gone", "g").file("etc/old/x", "x");
    base.file("ping", "p", 04755).xattr("ping", "user.x", "v").owner("etc/hostname", 7, 8);
    base.symlink("link", "etc/hostname").link("ping2", "ping").node("null", S_IFCHR | 0666, 1, 3);
    base.settle();
    TreeMaker next = layer("next");
    next.whiteout("etc/gone").opaque("etc/old").file("etc/old/y", "y").settle();
    DiskOptions options{.seed = "test", .source_date_epoch = kLatest};
    options.root_file_system = FileSystemType::xfs;
    options.size_bytes = 512 * kMiB;
    const DiskLayout layout = plan_main_disk(options, {});
    const std::filesystem::path image = scratch_.path("disk");
    const DiskSources sources{.layers = {base.root(), next.root()}};
    assemble_disk(layout, sources, image, processes_);

    const std::string fs = scratch_.path("fs").string();
    const Partition& root = layout.partitions.back();
    run(fmt::format(
        "dd status=none bs=1M if={} of={} skip={} count={} conv=sparse",
        image.string(),
        fs,
        root.offset_bytes / kMiB,
        root.size_bytes / kMiB
    ));
    run("/sbin/xfs_repair -n " + fs);
    EXPECT_THAT(
        run("/sbin/blkid -p -o export " + fs), HasSubstr("UUID=" + root.file_system.uuid + "\n")
    );
    const std::string at = scratch_.path("mnt").string();
    std::filesystem::create_directory(at);
    EXPECT_EQ(
        run(fmt::format(
            "unshare -m sh -ec 'mount -o loop,ro,nouuid {} {}; cd {}; "
            "find . -printf \"%P %M %U:%G %n %T@ %l\\n\" | sort; cat etc/hostname etc/old/y'",
            fs,
            at,
            at
        )),
        " drwxr-xr-x 0:0 3 1600000000.0000000000 \n"
        "etc drwxr-xr-x 0:0 3 1600000000.0000000000 \n"
        "etc/hostname -rw-r--r-- 7:8 1 1600000000.0000000000 \n"
        "etc/old drwxr-xr-x 0:0 2 1600000000.0000000000 \n"
        "etc/old/y -rw-r--r-- 0:0 1 1600000000.0000000000 \n"
        "link lrwxrwxrwx 0:0 1 1600000000.0000000000 etc/hostname\n"
        "null crw-rw-rw- 0:0 1 1600000000.0000000000 \n"
        "ping -rwsr-xr-x 0:0 2 1600000000.0000000000 \n"
        "ping2 -rwsr-xr-x 0:0 2 1600000000.0000000000 \n"
        "node\ny"
    );
    EXPECT_THAT(
        run("/sbin/xfs_db -r -c 'path /ping' -c 'print a' " + fs),
        AllOf(HasSubstr("name = \"x\""), HasSubstr("value = \"v\""))
    );
}

/// Loop devices over files of this test's folder.
std::string loops_of(const std::filesystem::path& file) {
    return run("/sbin/losetup --noheadings --output NAME --associated " + file.string());
}

TEST_F(XfsImage, TheLoopDeviceIsGoneAfterAKill) {
    const std::filesystem::path image = scratch_.path("image");
    ImageFile::create(image, 320 * kMiB);
    const Partition whole{
        .size_bytes = 320 * kMiB,
        .file_system = {
            .type = FileSystemType::xfs, .uuid = "01234567-89ab-4def-8123-456789abcdef"}};
    create_xfs(image, whole, processes_, {});
    EXPECT_EQ(loops_of(image), "");
    TreeMaker base = layer("base");
    base.file("first", std::string(3'000'000, 'x')).settle();

    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        // Kills itself in the middle of the copy, with device and mount in use.
        const WriteControl control{{}, [](std::int64_t) { ::raise(SIGKILL); }};
        apply_layers_to_xfs(image, whole, kLatest, {base.root()}, {}, control);
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    for (int i = 0; i < 200 && !loops_of(image).empty(); ++i) {  // the kernel unmounts in its time
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(loops_of(image), "");
}

}  // namespace
}  // namespace kiln::disk::testing
