#include "artifact/digest_memo.hpp"

#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::artifact {
namespace {

class DigestMemoTest : public testing::Test {
protected:
    void write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }

    sys::RealFileSystem files_;
    sys::TempDirectory directory_{files_, sys::default_temp_parent()};
    std::filesystem::path path_ = directory_.path() / "file";
    DigestMemo memo_;
};

TEST_F(DigestMemoTest, AnswersFromMemoryWhatItWasTold) {
    write("abc");
    memo_.remember(path_, DigestAlgorithm::sha256, "not read");
    EXPECT_EQ(memo_.file_digest(path_, DigestAlgorithm::sha256), "not read");
    EXPECT_EQ(memo_.file_digest(path_, DigestAlgorithm::md5), "900150983cd24fb0d6963f7d28e17f72");
}

TEST_F(DigestMemoTest, ReadsAChangedFileAgain) {
    write("abc");
    EXPECT_EQ(memo_.file_digest(path_, DigestAlgorithm::sha256), sha256_hex("abc"));
    write("longer");
    EXPECT_EQ(memo_.file_digest(path_, DigestAlgorithm::sha256), sha256_hex("longer"));
}

TEST_F(DigestMemoTest, ReadsAFileOfTheSameSizeAndOtherTimeAgain) {
    write("abc");
    memo_.remember(path_, DigestAlgorithm::sha256, "not read");
    std::filesystem::last_write_time(
        path_, std::filesystem::last_write_time(path_) + std::chrono::milliseconds(1)
    );
    EXPECT_EQ(memo_.file_digest(path_, DigestAlgorithm::sha256), sha256_hex("abc"));
}

TEST_F(DigestMemoTest, KnowsAFileUnderItsNewName) {
    write("abc");
    memo_.remember(path_, DigestAlgorithm::sha256, "not read");
    std::filesystem::rename(path_, directory_.path() / "other");
    EXPECT_EQ(memo_.file_digest(directory_.path() / "other", DigestAlgorithm::sha256), "not read");
}

TEST_F(DigestMemoTest, KeepsWhatItLearnedForTheNextRun) {
    write("abc");
    const std::filesystem::path kept = directory_.path() / "digests";
    const std::string noted(64, '0');
    DigestMemo(kept).remember(path_, DigestAlgorithm::sha256, noted);
    EXPECT_EQ(DigestMemo(kept).file_digest(path_, DigestAlgorithm::sha256), noted);
}

TEST_F(DigestMemoTest, DropsALineThatWasCutShort) {
    write("abc");
    const std::filesystem::path kept = directory_.path() / "digests";
    DigestMemo(kept).remember(path_, DigestAlgorithm::sha256, std::string(64, '0'));
    std::filesystem::resize_file(kept, std::filesystem::file_size(kept) - 10);
    EXPECT_EQ(DigestMemo(kept).file_digest(path_, DigestAlgorithm::sha256), sha256_hex("abc"));
}

}  // namespace
}  // namespace kiln::artifact
