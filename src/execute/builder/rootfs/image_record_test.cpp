#include "execute/builder/rootfs/image_record.hpp"

#include "execute/builder/rootfs/test_package.hpp"
#include "sys/file_system.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::rootfs {
namespace {

class ImageRecordTest : public testing::Test {
protected:
    void write_image(const std::string& text) { write_text(folder_ / "node.raw", text); }
    ImageRecord record_of_now() { return {"key", {image_now(files_, folder_ / "node.raw")}, {}}; }
    bool complete(const ImageRecord& record) {
        return is_complete(files_, folder_.path(), record, {"node.raw"});
    }
    bool in_the_way(const ImageRecord& record) {
        return is_in_the_way(files_, folder_.path(), record, "node.raw");
    }

    TestFolder folder_;
    sys::RealFileSystem files_;
};

TEST_F(ImageRecordTest, SurvivesTheDisk) {
    write_image("image");
    ImageRecord record = record_of_now();
    record.replaced = {{"old.raw", 1, 2, 3}};
    record.sizes = R"({"packages":[],"folders":[]})";
    write_image_record(files_, folder_.path(), "node", record);
    EXPECT_EQ(read_image_record(files_, folder_.path(), "node"), record);
}

TEST_F(ImageRecordTest, NoneOrADamagedOneIsEmpty) {
    EXPECT_EQ(read_image_record(files_, folder_.path(), "node"), ImageRecord{});
    write_text(folder_ / ".kiln-node.json", "{\"key\": 3");
    EXPECT_EQ(read_image_record(files_, folder_.path(), "node"), ImageRecord{});
}

TEST_F(ImageRecordTest, OwnImagesAreCompleteAndNotInTheWay) {
    write_image("image");
    const ImageRecord record = record_of_now();
    EXPECT_TRUE(complete(record));
    EXPECT_FALSE(in_the_way(record));
    EXPECT_FALSE(is_complete(files_, folder_.path(), record, {"node.raw", "node.qcow2"}));
    EXPECT_FALSE(is_complete(files_, folder_.path(), record, {"other.raw"}));
}

TEST_F(ImageRecordTest, AChangedImageIsTheUsers) {
    write_image("image");
    const ImageRecord record = record_of_now();
    write_image("longer image");
    EXPECT_FALSE(complete(record));
    EXPECT_TRUE(in_the_way(record));
}

TEST_F(ImageRecordTest, AnAbsentImageIsNeitherCompleteNorInTheWay) {
    EXPECT_FALSE(complete(ImageRecord{"key", {{"node.raw", 1, 2, 3}}, {}, ""}));
    EXPECT_FALSE(in_the_way({}));
}

TEST_F(ImageRecordTest, WhatWasAboutToBeReplacedIsOwnToo) {
    write_image("image");
    ImageRecord record = record_of_now();
    record.replaced = std::exchange(record.images, {{"node.raw", 1, 2, 3}});
    EXPECT_FALSE(complete(record));
    EXPECT_FALSE(in_the_way(record));
}

}  // namespace
}  // namespace kiln::exec::rootfs
