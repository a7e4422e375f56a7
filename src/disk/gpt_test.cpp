#include "disk/gpt.hpp"

#include "disk/image_file.hpp"
#include "disk/testing/tree_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

DiskLayout three_partitions() {
    return {
        .name = "disk",
        .disk_guid = "11111111-2222-4333-8444-555555555555",
        .size_bytes = 64 * kMiB,
        .partitions = {
            {.number = 1,
             .role = PartitionRole::bios_boot,
             .name = "BIOS boot",
             .type_guid = "21686148-6449-6e6f-744e-656564454649",
             .guid = "aaaaaaaa-0000-4000-8000-000000000001",
             .offset_bytes = kMiB,
             .size_bytes = kMiB,
             .file_system = {}},
            {.number = 2,
             .role = PartitionRole::esp,
             .name = "ESP",
             .type_guid = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
             .guid = "aaaaaaaa-0000-4000-8000-000000000002",
             .offset_bytes = 2 * kMiB,
             .size_bytes = 40 * kMiB,
             .file_system = {}},
            {.number = 3,
             .role = PartitionRole::root,
             .name = "root",
             .type_guid = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
             .guid = "aaaaaaaa-0000-4000-8000-000000000003",
             .offset_bytes = 42 * kMiB,
             .size_bytes = 21 * kMiB,
             .file_system = {}}}};
}

std::filesystem::path write_disk(const testing::ScratchFolder& scratch) {
    const DiskLayout layout = three_partitions();
    const GptTables tables = encode_gpt(layout);
    const std::filesystem::path path = scratch.path("disk");
    ImageFile image = ImageFile::create(path, layout.size_bytes);
    image.write(0, tables.primary);
    image.write(layout.size_bytes - std::ssize(tables.backup), tables.backup);
    return path;
}

TEST(EncodeGpt, IsWhatSfdiskReads) {
    const testing::ScratchFolder scratch;
    const std::string path = write_disk(scratch).string();
    std::string dump = testing::run("/sbin/sfdisk --dump " + path);
    for (std::size_t at = dump.find(path); at != std::string::npos; at = dump.find(path)) {
        dump.replace(at, path.size(), "DISK");
    }
    EXPECT_EQ(
        dump,
        "label: gpt\n"
        "label-id: 11111111-2222-4333-8444-555555555555\n"
        "device: DISK\n"
        "unit: sectors\n"
        "first-lba: 34\n"
        "last-lba: 131038\n"
        "sector-size: 512\n"
        "\n"
        "DISK1 : start=        2048, size=        2048, "
        "type=21686148-6449-6E6F-744E-656564454649, "
        "uuid=AAAAAAAA-0000-4000-8000-000000000001, name=\"BIOS boot\"\n"
        "DISK2 : start=        4096, size=       81920, "
        "type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, "
        "uuid=AAAAAAAA-0000-4000-8000-000000000002, name=\"ESP\"\n"
        "DISK3 : start=       86016, size=       43008, "
        "type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, "
        "uuid=AAAAAAAA-0000-4000-8000-000000000003, name=\"root\"\n"
    );
}

TEST(EncodeGpt, HasNothingThatSfdiskFindsWrong) {
    const testing::ScratchFolder scratch;
    EXPECT_THAT(
        testing::run("/sbin/sfdisk --verify " + write_disk(scratch).string()),
        ::testing::HasSubstr("No errors detected.")
    );
}

TEST(EncodeGpt, TheBackupAloneIsEnough) {
    const testing::ScratchFolder scratch;
    const std::filesystem::path path = write_disk(scratch);
    ImageFile(path).punch(512, 33 * 512);
    EXPECT_THAT(
        testing::run("/sbin/sfdisk --dump " + path.string()), ::testing::HasSubstr("name=\"root\"")
    );
}

}  // namespace
}  // namespace kiln::disk
