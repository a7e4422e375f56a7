#include "disk/disk_plan.hpp"

#include "base/error.hpp"
#include "disk/ext4_sizes.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace kiln::disk {
namespace {

using ::testing::ElementsAre;

/// "1 bios_boot 1+1", in MiB: what a table of sizes is about.
std::vector<std::string> table(const DiskLayout& layout) {
    std::vector<std::string> lines;
    for (const Partition& partition : layout.partitions) {
        lines.push_back(
            std::to_string(partition.number) + " " + partition.name + " " +
            fstab_type(partition.file_system.type) + " " +
            std::to_string(partition.offset_bytes / kMiB) + "+" +
            std::to_string(partition.size_bytes / kMiB)
        );
    }
    return lines;
}

TEST(PlanMainDisk, PutsRootLast) {
    DiskOptions options{.seed = "s", .size_bytes = 4 * kGiB};
    options.extra_partitions = {
        {.name = "data", .size_bytes = 100 * kMiB, .label = "data", .mount_point = "/data"},
        {.name = "swap", .size_bytes = 256 * kMiB, .file_system = FileSystemType::swap}};
    const DiskLayout layout = plan_main_disk(options, {});
    EXPECT_EQ(layout.size_bytes, 4 * kGiB);
    EXPECT_THAT(
        table(layout),
        ElementsAre(
            "1 BIOS boot  1+1",
            "2 ESP vfat 2+64",
            "3 data ext4 66+100",
            "4 swap swap 166+256",
            "5 root ext4 422+3673"
        )
    );
}

TEST(PlanMainDisk, LeavesOutWhatIsNotAskedFor) {
    DiskOptions options{.seed = "s", .size_bytes = kGiB};
    options.architecture = Architecture::arm64;
    EXPECT_THAT(
        table(plan_main_disk(options, {})), ElementsAre("1 ESP vfat 1+64", "2 root ext4 65+958")
    );
    EXPECT_EQ(
        plan_main_disk(options, {}).partitions[1].type_guid, "b921b045-1df0-41c3-af44-4c6f280d3fae"
    );
    options.esp = false;
    EXPECT_THAT(table(plan_main_disk(options, {})), ElementsAre("1 root ext4 1+1022"));
}

struct SizeCase {
    const char* name;
    std::int64_t content_bytes, free_bytes, round_to_bytes, want;
};

TEST(PlanMainDisk, AutomaticSizeHoldsTheContentAndWhatShallBeFree) {
    const SizeCase cases[] = {
        {"nothing", 0, 0, kGiB, kGiB},
        {"in whole GiB", 900 * kMiB, 256 * kMiB, kGiB, 2 * kGiB},
        {"in whole MiB", 100 * kMiB, 10 * kMiB, kMiB, 0},
        {"large", 30 * kGiB, 5 * kGiB, kGiB, 36 * kGiB}};
    for (const SizeCase& c : cases) {
        SCOPED_TRACE(c.name);
        const DiskOptions options{
            .seed = "s", .free_bytes = c.free_bytes, .round_to_bytes = c.round_to_bytes};
        const ContentSize content{c.content_bytes, 10};
        const DiskLayout layout = plan_main_disk(options, content);
        const Partition& root = layout.partitions.back();
        const std::int64_t left =
            root.size_bytes - c.content_bytes -
            ext4_overhead_bytes(root.size_bytes, root.file_system.inode_count);
        EXPECT_EQ(layout.size_bytes % c.round_to_bytes, 0);
        EXPECT_GE(left, c.free_bytes);
        if (c.want != 0) {
            EXPECT_EQ(layout.size_bytes, c.want);
        } else {
            EXPECT_LT(left, c.free_bytes + 2 * c.round_to_bytes) << "no larger than needed";
        }
    }
}

struct InodeCase {
    const char* name;
    std::int64_t files, want;
};

TEST(PlanMainDisk, GetsMoreInodesByDoubling) {
    constexpr std::int64_t kUsual = (kGiB - 67 * kMiB) / 16384;
    const InodeCase cases[] = {
        {"few files", 1000, 0},
        {"as many as fit", 48'000, 0},
        {"a little too many", 49'000, 2 * kUsual},
        {"many", 150'000, 4 * kUsual}};
    for (const InodeCase& c : cases) {
        SCOPED_TRACE(c.name);
        const DiskOptions options{.seed = "s", .size_bytes = kGiB};
        const DiskLayout layout = plan_main_disk(options, {0, c.files});
        EXPECT_EQ(layout.partitions.back().file_system.inode_count, c.want);
    }
}

TEST(PlanMainDisk, ASmallChangeOfTheContentChangesNothing) {
    const DiskOptions options{.seed = "s"};
    EXPECT_EQ(
        plan_main_disk(options, {600 * kMiB, 20'000}), plan_main_disk(options, {601 * kMiB, 20'010})
    );
}

TEST(PlanMainDisk, IdsFollowFromTheSeedAlone) {
    DiskOptions options{.seed = "one", .size_bytes = 2 * kGiB};
    options.extra_partitions = {{.name = "root", .size_bytes = kGiB / 2}};
    const auto ids = [](const DiskLayout& layout) {
        std::set<std::string> found{layout.disk_guid};
        for (const Partition& partition : layout.partitions) {
            found.insert(partition.guid);
            found.insert(partition.file_system.uuid);
            found.insert(partition.file_system.hash_seed);
        }
        return found;
    };
    const std::set<std::string> one = ids(plan_main_disk(options, {}));
    // Disk, 4 partitions, ESP, 2 ext4 with 2 each, and "" for what has none.
    EXPECT_EQ(one.size(), 11U);
    options.size_bytes = 8 * kGiB;
    EXPECT_EQ(ids(plan_main_disk(options, {kGiB, 9})), one);
    options.seed = "two";
    for (const std::string& id : ids(plan_main_disk(options, {}))) {
        EXPECT_EQ(one.count(id), id.empty() ? 1U : 0U) << id;
    }
}

struct RefusedCase {
    const char* name;
    std::function<void(DiskOptions&)> change;
    const char* message;
};

TEST(PlanMainDisk, RefusesWhatCanNotBeMet) {
    const RefusedCase cases[] = {
        {"too small for the content",
         [](DiskOptions& o) { o.size_bytes = kGiB; },
         "a disk of 1 GiB is too small: the root file system needs 1.0 GiB, 957 MiB are left for "
         "it"},
        {"too small for the partitions",
         [](DiskOptions& o) { o.size_bytes = 10 * kMiB; },
         "a disk of 10 MiB is too small: the root file system needs 1.0 GiB, 0 B are left for it"},
        {"root on FAT",
         [](DiskOptions& o) { o.root_file_system = FileSystemType::fat32; },
         "the root file system can be ext4 or xfs"},
        {"long label",
         [](DiskOptions& o) {
             o.root_file_system = FileSystemType::xfs;
             o.root_label = "thirteenbytes";
         },
         "label \"thirteenbytes\" of root is longer than the 12 bytes of xfs"},
        {"tiny ESP",
         [](DiskOptions& o) { o.esp_bytes = kMiB; },
         "an ESP of 1 MiB is too small for FAT32, it needs 34 MiB"},
        {"same names",
         [](DiskOptions& o) {
             o.extra_partitions = {
                 {.name = "a", .size_bytes = kGiB}, {.name = "a", .size_bytes = kGiB}};
         },
         "two extra partitions have the name \"a\""},
        {"no name",
         [](DiskOptions& o) { o.extra_partitions = {{.name = "", .size_bytes = kGiB}}; },
         "name \"\" of an extra partition is not 1 to 36 ASCII characters without spaces and "
         "slashes"},
        {"small xfs",
         [](DiskOptions& o) {
             o.extra_partitions = {
                 {.name = "x", .size_bytes = 100 * kMiB, .file_system = FileSystemType::xfs}};
         },
         "extra partition \"x\": size of 100 MiB is too small, it needs 300 MiB"},
        {"mounted on root",
         [](DiskOptions& o) {
             o.extra_partitions = {{.name = "x", .size_bytes = kGiB, .mount_point = "/"}};
         },
         "extra partition \"x\": mount point \"/\" is not a folder below /"},
        {"mounted without file system",
         [](DiskOptions& o) {
             o.extra_partitions = {
                 {.name = "x",
                  .size_bytes = kGiB,
                  .file_system = FileSystemType::none,
                  .mount_point = "/x"}};
         },
         "extra partition \"x\": has a mount point but no file system"}};
    for (const RefusedCase& c : cases) {
        SCOPED_TRACE(c.name);
        DiskOptions options{.seed = "s"};
        c.change(options);
        try {
            plan_main_disk(options, {kGiB, 10});
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_EQ(error.message(), c.message);
        }
    }
}

TEST(PlanExtraDisks, GivesEachDiskOneFileSystem) {
    DiskOptions options{.seed = "s", .source_date_epoch = 5};
    options.extra_disks = {
        {.name = "data0",
         .size_bytes = 10 * kGiB,
         .file_system = FileSystemType::ext4,
         .label = "d"},
        {.name = "raw", .size_bytes = kGiB + 1}};
    const std::vector<DiskLayout> disks = plan_extra_disks(options);
    ASSERT_EQ(disks.size(), 2U);
    EXPECT_EQ(disks[0].table, PartitionTable::none);
    EXPECT_EQ(disks[0].source_date_epoch, 5);
    EXPECT_THAT(table(disks[0]), ElementsAre("0 data0 ext4 0+10240"));
    EXPECT_EQ(disks[0].partitions[0].file_system.label, "d");
    EXPECT_THAT(table(disks[1]), ElementsAre("0 raw  0+1025"));
}

TEST(FstabEntries, NameEverythingThatIsMounted) {
    DiskOptions options{.seed = "s", .root_mount_options = "errors=remount-ro"};
    options.extra_partitions = {
        {.name = "log", .size_bytes = kGiB, .mount_point = "/var/log", .mount_options = "noatime"},
        {.name = "unused", .size_bytes = kGiB},
        {.name = "swap", .size_bytes = kGiB, .file_system = FileSystemType::swap}};
    options.extra_disks = {
        {.name = "d",
         .size_bytes = kGiB,
         .file_system = FileSystemType::xfs,
         .mount_point = "/data"}};
    const std::vector<FstabEntry> entries = fstab_entries(options);
    std::vector<std::string> lines;
    for (FstabEntry entry : entries) {
        entry.source = entry.source.substr(0, 5);
        lines.push_back(to_string(entry));
    }
    EXPECT_THAT(
        lines,
        ElementsAre(
            "UUID= / ext4 errors=remount-ro 0 1",
            "UUID= /boot/efi vfat umask=0077 0 2",
            "UUID= /var/log ext4 noatime 0 2",
            "UUID= none swap sw 0 0",
            "UUID= /data xfs defaults,nofail 0 0"
        )
    );
    const DiskLayout layout = plan_main_disk(options, {});
    EXPECT_EQ(entries[0].source, "UUID=" + layout.find(PartitionRole::root)->file_system.uuid);
    EXPECT_EQ(entries[0].source, "UUID=" + root_uuid(options));
    EXPECT_EQ(entries[1].source, "UUID=" + layout.find(PartitionRole::esp)->file_system.uuid);
    EXPECT_EQ(
        entries[4].source, "UUID=" + plan_extra_disks(options)[0].partitions[0].file_system.uuid
    );
}

}  // namespace
}  // namespace kiln::disk
