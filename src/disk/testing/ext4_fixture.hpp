#pragma once

#include "base/units.hpp"
#include "disk/ext4_image.hpp"
#include "disk/image_file.hpp"
#include "disk/testing/ext4_listing.hpp"
#include "disk/testing/tree_maker.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace kiln::disk::testing {

using Files = std::map<std::string, std::string>;

inline std::string random_bytes(std::size_t size, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random());
    }
    return bytes;
}

inline std::string whole_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Images of an ext4 one MiB into a file. Each is checked with e2fsck.
class Ext4Test : public ::testing::Test {
protected:
    static constexpr std::int64_t kLatest = 1'700'000'000;
    static constexpr std::int64_t kOffset = kMiB;

    void SetUp() override {
        if (!is_root()) {
            GTEST_SKIP() << "needs root, for owners, devices and the attributes of overlayfs";
        }
    }

    TreeMaker layer(const std::string& name) { return TreeMaker(scratch_.path(name)); }

    std::filesystem::path create(const std::string& name, std::int64_t size = 32 * kMiB) {
        geometry_.size_bytes = size;
        const std::filesystem::path image = scratch_.path(name);
        ImageFile::create(image, kOffset + size);
        create_ext4(image, geometry_);
        EXPECT_EQ(e2fsck_complaints(image, kOffset), "");
        return image;
    }

    void apply(
        const std::filesystem::path& image,
        const std::vector<TreeMaker>& layers,
        const TreeSelection& selection = {}
    ) {
        for (const TreeMaker& layer : layers) {
            apply_layer_to_ext4(image, geometry_, layer.root(), selection);
        }
        EXPECT_EQ(e2fsck_complaints(image, kOffset), "");
    }

    std::filesystem::path build(
        const std::string& name,
        const std::vector<TreeMaker>& layers,
        std::int64_t size = 32 * kMiB,
        const TreeSelection& selection = {}
    ) {
        const std::filesystem::path image = create(name, size);
        apply(image, layers, selection);
        return image;
    }

    /// Paths only, without "/".
    std::vector<std::string> paths(const std::filesystem::path& image) {
        std::vector<std::string> result;
        for (const auto& [path, line] : list_ext4(image, kOffset)) {
            if (path != "/") {
                result.push_back(path);
            }
        }
        return result;
    }

    ScratchFolder scratch_;
    Ext4Geometry geometry_{
        .offset_bytes = kOffset,
        .uuid = "01234567-89ab-4def-8123-456789abcdef",
        .hash_seed = "fedcba98-7654-4210-8fed-cba987654321",
        .label = "root",
        .fixed_time = kLatest};
};

}  // namespace kiln::disk::testing
