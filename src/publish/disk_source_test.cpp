#include "publish/disk_source.hpp"

#include "base/error.hpp"
#include "sys/process_runner.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace kiln::publish {
namespace {

using ::testing::HasSubstr;

class DiskSourceTest : public ::testing::Test {
protected:
    std::string write(const std::string& name, const std::string& bytes) const {
        const std::string path = folder_.path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    DiskSource open(const std::string& path) {
        return {path, files_, folder_.path(), processes_, {}};
    }
    std::string refusal(const std::string& path) {
        try {
            open(path);
            return "it was opened";
        } catch (const Error& error) {
            return error.message();
        }
    }

    sys::RealFileSystem files_;
    sys::RealProcessRunner processes_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent(), "kiln-source-"};
};

TEST_F(DiskSourceTest, FillsWithZerosBehindTheEnd) {
    const DiskSource disk = open(write("d.raw", "bytes"));
    EXPECT_EQ(disk.size_bytes(), 5);
    EXPECT_EQ(disk.volume_gib(), 1);
    std::array<char, 8> buffer{};
    buffer.fill('x');
    disk.read(3, buffer);
    EXPECT_EQ(std::string(buffer.data(), buffer.size()), std::string("es\0\0\0\0\0\0", 8));
}

TEST_F(DiskSourceTest, RefusesWhatIsNoDisk) {
    EXPECT_THAT(refusal(folder_.path() / "none"), HasSubstr("none: No such file"));
    EXPECT_THAT(refusal(folder_.path()), HasSubstr("is a folder"));
    EXPECT_THAT(refusal(write("empty", "")), HasSubstr("empty is empty"));
}

TEST_F(DiskSourceTest, NoticesThatTheImageIsAnother) {
    const std::string path = write("d.raw", "bytes");
    const DiskSource disk = open(path);
    disk.throw_if_changed();
    write("other", "bytes");
    std::filesystem::rename(folder_.path() / "other", path);
    EXPECT_THROW(disk.throw_if_changed(), Error);
}

}  // namespace
}  // namespace kiln::publish
