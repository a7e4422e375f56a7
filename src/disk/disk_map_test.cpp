#include "disk/disk_map.hpp"

#include "base/error.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

TEST(DiskMap, IsWhatQemuSays) {
    const auto map = read_disk_map(
        R"([{"start":0,"length":10,"depth":0,"present":true,"zero":false,"data":true,"offset":100},
            {"start":10,"length":5,"depth":0,"present":true,"zero":true,"data":false},
            {"start":15,"length":5,"depth":0,"present":true,"zero":false,"data":true,"offset":50}])"
    );
    EXPECT_EQ(map, (DiskMap{20, {{0, 10, 100}, {15, 5, 50}}}));
    EXPECT_EQ(read_disk_map("[]"), DiskMap{});
}

TEST(DiskMap, IsNoneWhereTheBytesLieElsewhere) {
    const char* compressed = R"([{"start":0,"length":10,"depth":0,"zero":false,"data":true}])";
    const char* backing =
        R"([{"start":0,"length":10,"depth":1,"zero":false,"data":true,"offset":100}])";
    EXPECT_EQ(read_disk_map(compressed), std::nullopt);
    EXPECT_EQ(read_disk_map(backing), std::nullopt);
}

TEST(DiskMap, RefusesWhatIsNone) {
    for (const char* wrong :
         {"", "{", "[1]", R"([{"start":3,"length":1,"depth":0,"zero":true,"data":false}])"}) {
        EXPECT_THROW(read_disk_map(wrong), Error) << wrong;
    }
}

TEST(DiskFile, ReadsThroughItsMap) {
    sys::RealFileSystem files;
    const sys::TempDirectory folder(files, sys::default_temp_parent());
    const std::string path = folder.path() / "image";
    files.write_file_atomic(path, "0123456789abcdef");
    const DiskFile mapped(path, "image", {12, {{0, 4, 10}, {8, 4, 2}}});
    EXPECT_FALSE(mapped.is_raw());
    EXPECT_EQ(
        mapped.read(0, 100),
        std::string(
            "abcd\0\0\0\0"
            "2345",
            12
        )
    );
    EXPECT_EQ(
        mapped.read(3, 6),
        std::string(
            "d\0\0\0\0"
            "2",
            6
        )
    );
    EXPECT_EQ(mapped.read(4, 4), std::string(4, '\0'));
    EXPECT_EQ(mapped.read(10, 1), "4");
    EXPECT_EQ(mapped.read(12, 1), "");
    EXPECT_EQ(mapped.read(-1, 1), "");
    std::string beyond(4, 'x');
    mapped.read(10, beyond);
    EXPECT_EQ(beyond, std::string("45\0\0", 4));
    EXPECT_EQ(mapped.next_data(0), (sys::DataRange{0, 4}));
    EXPECT_EQ(mapped.next_data(2), (sys::DataRange{2, 4}));
    EXPECT_EQ(mapped.next_data(4), (sys::DataRange{8, 12}));
    EXPECT_TRUE(mapped.next_data(12).empty());

    const DiskFile raw(path, "image");
    EXPECT_TRUE(raw.is_raw());
    EXPECT_EQ(raw.read(14, 100), "ef");

    const DiskFile cut(path, "image", {20, {{0, 20, 0}}});
    EXPECT_THROW(cut.read(0, 20), Error);
}

}  // namespace
}  // namespace kiln::disk
