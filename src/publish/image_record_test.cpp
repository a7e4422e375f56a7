#include "publish/image_record.hpp"

#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::publish {
namespace {

TEST(ImageRecord, IsTheSameBehindItsFile) {
    const ImageRecord record{
        .name = "node-1",
        .published = "2026-11-27T12:00:00Z",
        .account = "123456789012",
        .run = "r",
        .architecture = "arm64",
        .lineage = "node",
        .region = "us-east-1",
        .images = {{"eu-west-1", "ami-2"}, {"us-east-1", "ami-1"}},
        .disks = {
            {.file = "node.raw",
             .device_name = "/dev/xvda",
             .snapshot_id = "snap-2",
             .parent_snapshot_id = "snap-1",
             .size_bytes = 5,
             .volume_gib = 1,
             .data_blocks = 1,
             .changed_blocks = 1,
             .map_sha256 = "ab"},
            {.file = "data.raw", .device_name = "/dev/sdf", .snapshot_id = "snap-3"}}};
    EXPECT_EQ(parse_image_record(to_json(record)), record);
    EXPECT_EQ(parse_image_record("{\"form\": 2}"), std::nullopt);
    EXPECT_EQ(parse_image_record("no JSON"), std::nullopt);

    sys::RealFileSystem files;
    const sys::TempDirectory folder(files, sys::default_temp_parent(), "kiln-record-");
    const auto path = keep_image_record(files, folder.path(), record);
    EXPECT_EQ(path, folder.path() / "us-east-1" / "ami-1.json");
    EXPECT_EQ(parse_image_record(files.read_file(path)), record);
    ImageRecord elsewhere = record;
    elsewhere.images.erase("us-east-1");
    EXPECT_EQ(
        keep_image_record(files, folder.path(), elsewhere),
        folder.path() / "eu-west-1" / "ami-2.json"
    );
}

}  // namespace
}  // namespace kiln::publish
