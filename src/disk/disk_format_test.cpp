#include "disk/disk_format.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/block_map.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/ext4_fixture.hpp"
#include "sys/process_runner.hpp"

#include <chrono>
#include <thread>

namespace kiln::disk::testing {
namespace {

using ::testing::HasSubstr;

class ConvertDisk : public ::testing::Test {
protected:
    void SetUp() override {
        ImageFile image = ImageFile::create(raw_, 64 * kMiB);
        image.write(0, random_bytes(100'000));
        image.write(40 * kMiB, random_bytes(100'000, 2));
    }

    std::filesystem::path convert(const std::string& folder, DiskFormat format) {
        std::filesystem::create_directory(scratch_.path(folder));
        const std::filesystem::path output = scratch_.path(folder) / ("disk." + to_string(format));
        convert_disk(raw_, output, format, "seed", processes_);
        EXPECT_FALSE(std::filesystem::exists(output.string() + ".partial"));
        return output;
    }

    ScratchFolder scratch_;
    std::filesystem::path raw_ = scratch_.path("disk.raw");
    sys::RealProcessRunner processes_;
};

TEST_F(ConvertDisk, GivesEqualBytesAtAnotherTimeAndTheDiskBack) {
    const std::map<DiskFormat, std::string> qemu_names{
        {DiskFormat::raw, "raw"},
        {DiskFormat::qcow2, "qcow2"},
        {DiskFormat::vmdk, "vmdk"},
        {DiskFormat::vhd, "vpc"}};
    std::map<DiskFormat, std::string> first;
    for (const auto& [format, name] : qemu_names) {
        first[format] = whole_file(convert("one", format));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // formats note whole seconds
    for (const auto& [format, name] : qemu_names) {
        SCOPED_TRACE(name);
        const std::filesystem::path image = convert("two", format);
        EXPECT_TRUE(whole_file(image) == first[format]);
        const std::filesystem::path back = scratch_.path("back");
        run("qemu-img convert -f " + name + " -O raw " + image.string() + " " + back.string());
        EXPECT_EQ(map_blocks(back), map_blocks(raw_));
    }
    run("qemu-img check -f qcow2 " + (scratch_.path("two") / "disk.qcow2").string());
}

TEST_F(ConvertDisk, AVmdkNamesItselfAndNotItsMaker) {
    const std::string bytes = whole_file(convert("one", DiskFormat::vmdk));
    EXPECT_THAT(bytes.substr(0, 20'000), HasSubstr("\"disk.vmdk\""));
    EXPECT_EQ(bytes.find("partial"), std::string::npos);
}

TEST_F(ConvertDisk, LeavesNothingWhenTheInputIsMissing) {
    std::filesystem::remove(raw_);
    try {
        convert("one", DiskFormat::qcow2);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::command);
        EXPECT_THAT(error.message(), HasSubstr("disk.raw"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(scratch_.path("one")));
}

}  // namespace
}  // namespace kiln::disk::testing
