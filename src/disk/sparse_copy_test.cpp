#include "disk/sparse_copy.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/block_map.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/tree_maker.hpp"

#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

class SparseCopy : public ::testing::Test {
protected:
    std::filesystem::path source() {
        const std::filesystem::path path = scratch_.path("from");
        ImageFile image = ImageFile::create(path, kGiB + 5);
        image.write(0, "start");
        image.write(300 * kMiB - 2, "middle");
        image.write(kGiB, "ends.");
        return path;
    }

    testing::ScratchFolder scratch_;
};

TEST_F(SparseCopy, CopiesDataAndHoles) {
    const std::filesystem::path from = source();
    std::int64_t copied = 0;
    sparse_copy(from, scratch_.path("to"), {{}, [&](std::int64_t bytes) { copied += bytes; }});
    EXPECT_EQ(map_blocks(scratch_.path("to")), map_blocks(from));
    sys::RealFileSystem files;
    EXPECT_LT(files.status(scratch_.path("to"))->allocated_bytes, kMiB);
    EXPECT_GT(copied, 0);
}

TEST_F(SparseCopy, CopiesAnEmptyFile) {
    ImageFile::create(scratch_.path("from"), 0);
    sparse_copy(scratch_.path("from"), scratch_.path("to"));
    EXPECT_EQ(std::filesystem::file_size(scratch_.path("to")), 0U);
}

TEST_F(SparseCopy, DoesNotTouchAFileThatIsThere) {
    const std::filesystem::path from = source();
    ImageFile::create(scratch_.path("to"), 7);
    try {
        sparse_copy(from, scratch_.path("to"));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::exists);
    }
    EXPECT_EQ(std::filesystem::file_size(scratch_.path("to")), 7U);
}

TEST_F(SparseCopy, LeavesNothingWhenItIsStopped) {
    const std::filesystem::path from = source();
    std::stop_source stop;
    bool called = false;
    try {
        sparse_copy(from, scratch_.path("to"), {stop.get_token(), [&](std::int64_t bytes) {
                                                    called = true;
                                                    EXPECT_GT(bytes, 0);
                                                    stop.request_stop();
                                                }});
        // A file system that shares blocks is done at once.
        EXPECT_TRUE(called);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
        EXPECT_FALSE(std::filesystem::exists(scratch_.path("to")));
    }
}

}  // namespace
}  // namespace kiln::disk
