#include "disk/assemble.hpp"

#include "base/error.hpp"
#include "disk/block_map.hpp"
#include "disk/testing/ext4_fixture.hpp"
#include "sys/process_runner.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <thread>

namespace kiln::disk::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AssembleDisk : public Ext4Test {
protected:
    void SetUp() override {
        Ext4Test::SetUp();
        std::filesystem::create_directory(out_);
        boot_.boot_image[510] = '\x55';
        boot_.boot_image[511] = '\xaa';
        options_.extra_partitions = {
            {.name = "data", .size_bytes = 16 * kMiB, .label = "data", .mount_point = "/var/lib/x"},
            {.name = "swap", .size_bytes = 8 * kMiB, .file_system = FileSystemType::swap}};
    }

    DiskLayout layout() const { return plan_main_disk(options_, {}); }

    DiskSources sources(const std::vector<TreeMaker>& layers) const {
        DiskSources result{
            .esp_files = {{"EFI/BOOT/BOOTX64.EFI", "uefi"}}, .bios_boot = boot_, .start_from = {}};
        for (const TreeMaker& layer : layers) {
            result.layers.push_back(layer.root());
        }
        return result;
    }

    std::filesystem::path assemble(const std::string& name, const DiskSources& sources) {
        assemble_disk(layout(), sources, out_ / name, processes_);
        return out_ / name;
    }

    std::vector<std::string> left_in(const std::filesystem::path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    std::filesystem::path out_ = scratch_.path("out");
    BiosBoot boot_{.boot_image = std::string(512, 'b'), .core_image = std::string(40'000, 'c')};
    DiskOptions options_{
        .seed = "test",
        .source_date_epoch = kLatest,
        .size_bytes = 256 * kMiB,
        .esp_bytes = 40 * kMiB};
    sys::RealProcessRunner processes_;
};

TEST_F(AssembleDisk, PutsEverythingInItsPlace) {
    TreeMaker base = layer("base");
    base.file("etc/hostname", "node").file("var/lib/x/inside", "i").settle();
    TreeMaker next = layer("next");
    next.file("etc/motd", "hello").settle();
    const std::filesystem::path disk = assemble("disk.raw", sources({base, next}));
    EXPECT_THAT(left_in(out_), ElementsAre("disk.raw"));
    EXPECT_EQ(std::filesystem::file_size(disk), 256U * kMiB);

    const DiskLayout planned = layout();
    const Partition& root = planned.partitions.back();
    const Partition& data = planned.partitions[2];
    EXPECT_EQ(e2fsck_complaints(disk, root.offset_bytes), "");
    EXPECT_EQ(e2fsck_complaints(disk, data.offset_bytes), "");
    const auto names = [](const Files& files) {
        std::vector<std::string> list;
        for (const auto& [path, line] : files) {
            list.push_back(path);
        }
        return list;
    };
    EXPECT_THAT(
        names(list_ext4(disk, root.offset_bytes)),
        ElementsAre("/", "/etc", "/etc/hostname", "/etc/motd", "/var", "/var/lib", "/var/lib/x")
    );
    EXPECT_THAT(names(list_ext4(disk, data.offset_bytes)), ElementsAre("/", "/inside"));
    EXPECT_EQ(run(fmt::format("mtype -i {}@@2M ::/EFI/BOOT/BOOTX64.EFI", disk.string())), "uefi");

    ImageFile image(disk);
    EXPECT_EQ(image.read(0, 8), "bbbbbbbb");
    EXPECT_EQ(image.read(kMiB, 8), "cccccccc");
    EXPECT_EQ(image.read(planned.partitions[3].offset_bytes + 4086, 10), "SWAPSPACE2");
    EXPECT_THAT(run("/sbin/sfdisk --verify " + disk.string()), HasSubstr("No errors detected."));
}

TEST_F(AssembleDisk, GivesTheSameBytesInOneGoAndFromAPrefix) {
    TreeMaker base = layer("base");
    base.file("etc/hostname", "node").file("var/lib/x/inside", random_bytes(50'000)).settle();
    TreeMaker next = layer("next");
    next.file("etc/motd", "hello").whiteout("var/lib/x/inside").settle();
    const BlockMap whole = map_blocks(assemble("whole.raw", sources({base, next})));
    EXPECT_EQ(map_blocks(assemble("again.raw", sources({base, next}))), whole);

    DiskSources prefix = sources({base});
    prefix.esp_files.clear();
    prefix.bios_boot.reset();
    DiskSources rest = sources({base, next});
    rest.start_from = {assemble("prefix.raw", prefix), 1};
    EXPECT_EQ(map_blocks(assemble("from prefix.raw", rest)), whole);

    // A prefix that had other boot files does no harm.
    DiskSources other = sources({base});
    other.esp_files = {{"EFI/OLD.EFI", random_bytes(100'000)}};
    other.bios_boot->core_image = std::string(90'000, 'o');
    rest.start_from = {assemble("other.raw", other), 1};
    EXPECT_EQ(map_blocks(assemble("from other.raw", rest)), whole);
}

TEST_F(AssembleDisk, ReportsProgress) {
    TreeMaker base = layer("base");
    base.file("large", random_bytes(3'000'000)).settle();
    std::vector<std::pair<std::int64_t, std::int64_t>> seen;
    AssembleControl control{.content_bytes = 3'000'000};
    control.on_progress = [&](std::int64_t done, std::int64_t total) {
        seen.emplace_back(done, total);
    };
    assemble_disk(layout(), sources({base}), out_ / "disk.raw", processes_, control);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.back(), std::pair(std::int64_t{3'000'000}, std::int64_t{3'000'000}));
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(AssembleDisk, KeepsTheOldImageAndLeavesNothingWhenStopped) {
    TreeMaker base = layer("base");
    base.file("large", random_bytes(3'000'000)).settle();
    std::ofstream(out_ / "disk.raw") << "old";
    std::stop_source stop;
    AssembleControl control{.stop = stop.get_token()};
    control.on_progress = [&](std::int64_t, std::int64_t) { stop.request_stop(); };
    try {
        assemble_disk(layout(), sources({base}), out_ / "disk.raw", processes_, control);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
    EXPECT_EQ(whole_file(out_ / "disk.raw"), "old");
    EXPECT_THAT(left_in(out_), ElementsAre("disk.raw"));
}

TEST_F(AssembleDisk, RefusesAPrefixOfAnotherLayout) {
    const TreeMaker base = layer("base");
    DiskSources wrong = sources({base});
    const std::filesystem::path small = assemble("small.raw", wrong);
    options_.size_bytes = 512 * kMiB;
    wrong.start_from = {small, 1};
    try {
        assemble("disk.raw", wrong);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        EXPECT_EQ(error.message(), small.string() + " is not a disk of the wanted layout");
    }
    EXPECT_THAT(left_in(out_), ElementsAre("small.raw"));
}

TEST_F(AssembleDisk, SaysWhichFileIsTooMuchForTheFileSystem) {
    TreeMaker base = layer("base");
    base.file("huge", std::string(70'000'000, 'x')).settle();
    options_.size_bytes = 128 * kMiB;
    try {
        assemble("disk.raw", sources({base}));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_EQ(
            render(error),
            fmt::format(
                "error: the ext4 file system of 61 MiB is full\n"
                "  while writing /huge\n"
                "  while filling the file system / in {0}.partial\n"
                "  while making the disk image {0}\n"
                "  hint: give the disk a larger size",
                (out_ / "disk.raw").string()
            )
        );
    }
    EXPECT_THAT(left_in(out_), IsEmpty());
}

/// Runs `work` where `folder` is a tmpfs of `mib` that no other thread sees.
void with_small_tmpfs(
    const std::filesystem::path& folder, int mib, const std::function<void()>& work
) {
    std::jthread([&] {
        ASSERT_EQ(::unshare(CLONE_FS | CLONE_NEWNS), 0) << errno;
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0) << errno;
        const std::string size = fmt::format("size={}m", mib);
        ASSERT_EQ(::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()), 0) << errno;
        work();
        ::umount(folder.c_str());
    }).join();
}

TEST_F(AssembleDisk, AFullHostDiskIsOneClearErrorAtEveryPoint) {
    TreeMaker base = layer("base");
    base.file("large", random_bytes(6'000'000)).file("var/lib/x/y", random_bytes(1'000'000));
    for (int i = 0; i < 1000; ++i) {
        base.file(fmt::format("small/{}", i), "s");
    }
    base.settle();
    int failures = 0;
    for (int mib = 1; mib <= 20; ++mib) {
        SCOPED_TRACE(mib);
        with_small_tmpfs(out_, mib, [&] {
            try {
                assemble("disk.raw", sources({base}));
                EXPECT_THAT(left_in(out_), ElementsAre("disk.raw"));
            } catch (const Error& error) {
                ++failures;
                EXPECT_EQ(error.kind(), ErrorKind::no_space) << render(error);
                EXPECT_THAT(render(error), HasSubstr((out_ / "disk.raw").string()));
                EXPECT_THAT(left_in(out_), IsEmpty());
            }
        });
    }
    EXPECT_GT(failures, 5);
    EXPECT_LT(failures, 20);
}

TEST_F(AssembleDisk, MakesExtraDisks) {
    options_.extra_disks = {
        {.name = "data0",
         .size_bytes = 64 * kMiB,
         .file_system = FileSystemType::ext4,
         .label = "data0"},
        {.name = "empty", .size_bytes = 10 * kMiB},
        {.name = "fat", .size_bytes = 64 * kMiB, .file_system = FileSystemType::fat32}};
    for (const DiskLayout& disk : plan_extra_disks(options_)) {
        assemble_disk(disk, {}, out_ / disk.name, processes_);
    }
    EXPECT_THAT(
        run("/sbin/blkid -p -o export " + (out_ / "data0").string()),
        AllOf(HasSubstr("LABEL=data0\n"), HasSubstr("TYPE=ext4\n"))
    );
    EXPECT_EQ(e2fsck_complaints(out_ / "data0", 0), "");
    EXPECT_EQ(std::filesystem::file_size(out_ / "empty"), 10U * kMiB);
    EXPECT_THAT(
        run("/sbin/blkid -p -o export " + (out_ / "fat").string()), HasSubstr("TYPE=vfat\n")
    );
}

}  // namespace
}  // namespace kiln::disk::testing
