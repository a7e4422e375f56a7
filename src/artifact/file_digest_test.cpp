#include "artifact/file_digest.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::artifact {
namespace {

class FileDigest : public testing::Test {
protected:
    std::filesystem::path make(const std::string& text, std::int64_t size) {
        const std::filesystem::path path = directory_.path() / "file";
        std::ofstream(path, std::ios::binary) << text;
        std::filesystem::resize_file(path, static_cast<std::uintmax_t>(size));
        return path;
    }

    sys::RealFileSystem files_;
    sys::TempDirectory directory_{files_, sys::default_temp_parent()};
};

TEST_F(FileDigest, OfAShortFileIsThatOfItsBytes) {
    EXPECT_EQ(file_digest(make("abc", 3)), sha256_hex("abc"));
}

TEST_F(FileDigest, OfAnEmptyFile) {
    EXPECT_EQ(file_digest(make("", 0)), sha256_hex(""));
}

TEST_F(FileDigest, HashesHolesAsZeros) {
    constexpr std::int64_t kSize = 3'000'001;
    std::string same = "abc";
    same.resize(kSize, '\0');
    const std::filesystem::path path = make("abc", kSize);
    EXPECT_EQ(file_digest(path), sha256_hex(same));
    EXPECT_EQ(
        file_digest(path, DigestAlgorithm::md5),
        Digest(DigestAlgorithm::md5).update(same).finish_hex()
    );
}

TEST_F(FileDigest, NamesAMissingFile) {
    try {
        file_digest("/no/such/file");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_EQ(error.message(), "opening /no/such/file: No such file or directory");
    }
}

TEST_F(FileDigest, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    try {
        file_digest(make("abc", 3), DigestAlgorithm::sha256, stop.get_token());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

}  // namespace
}  // namespace kiln::artifact
