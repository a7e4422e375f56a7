#include "publish/upload_log.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace kiln::publish {
namespace {

disk::BlockDigest digest_with(std::uint8_t first) {
    disk::BlockDigest digest{};
    digest[0] = first;
    return digest;
}

BegunUpload begun_upload() {
    BegunUpload upload;
    upload.disk_identity = "1 2 3";
    upload.snapshot_id = "snap-1";
    upload.asked.volume_gib = 8;
    upload.asked.parent_snapshot_id = "snap-0";
    upload.asked.tags = {{"kiln:run", "r"}};
    upload.asked.client_token = "t";
    upload.asked.encrypted = true;
    return upload;
}

class UploadLogTest : public ::testing::Test {
protected:
    UploadLog open() { return {files_, folder_.path(), "key"}; }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent(), "kiln-log-"};
};

TEST_F(UploadLogTest, RemembersWhatArrived) {
    {
        UploadLog log = open();
        EXPECT_EQ(log.begun(), std::nullopt);
        log.begin(begun_upload());
        log.note(7, digest_with(1));
        log.note(3, digest_with(2));
    }
    UploadLog again = open();
    EXPECT_EQ(again.begun(), begun_upload());
    const std::map<std::int64_t, disk::BlockDigest> arrived = {
        {3, digest_with(2)}, {7, digest_with(1)}};
    EXPECT_EQ(again.arrived(), arrived);
}

TEST_F(UploadLogTest, GoesOnBehindANoteThatWasCutOff) {
    {
        UploadLog log = open();
        log.begin(begun_upload());
        log.note(7, digest_with(1));
    }
    const std::filesystem::path file = folder_.path() / "key.upload";
    std::ofstream(file, std::ios::app | std::ios::binary) << "half a note";
    {
        UploadLog log = open();
        EXPECT_EQ(log.arrived().size(), 1U);
        log.note(8, digest_with(3));
    }
    const std::map<std::int64_t, disk::BlockDigest> arrived = {
        {7, digest_with(1)}, {8, digest_with(3)}};
    EXPECT_EQ(open().arrived(), arrived);
}

TEST_F(UploadLogTest, TakesADamagedOneForNone) {
    files_.write_file_atomic(folder_.path() / "key.upload", "{\"disk\": ");
    EXPECT_EQ(open().begun(), std::nullopt);
}

TEST_F(UploadLogTest, IsHeldByOne) {
    UploadLog log = open();
    EXPECT_THROW(open(), Error);
    log.begin(begun_upload());
    log.remove();
    EXPECT_EQ(log.begun(), std::nullopt);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace kiln::publish
