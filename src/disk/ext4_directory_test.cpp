#include "disk/ext4_directory.hpp"

#include <algorithm>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace kiln::disk {
namespace {

constexpr std::array<std::uint32_t, 4> kSeed{0x11111111, 0x22222222, 0x33333333, 0x44444444};

std::vector<DirectoryEntry> numbered(int count, const std::string& prefix) {
    std::vector<DirectoryEntry> entries;
    for (int i = 0; i < count; ++i) {
        entries.push_back({prefix + std::to_string(i), static_cast<std::uint32_t>(100 + i), 1});
    }
    return entries;
}

/// Reads the records as one who knows nothing of hash trees does.
std::vector<DirectoryEntry> plain_records(const std::string& bytes) {
    std::vector<DirectoryEntry> found;
    for (std::size_t block = 0; block < bytes.size(); block += kExt4BlockBytes) {
        for (std::size_t at = 0; at < kExt4BlockBytes;) {
            const char* record = bytes.data() + block + at;
            std::uint32_t inode = 0;
            std::uint16_t length = 0;
            std::memcpy(&inode, record, 4);
            std::memcpy(&length, record + 4, 2);
            if (length < 8 || at + length > kExt4BlockBytes) {
                ADD_FAILURE() << "bad record length " << length << " in block "
                              << block / kExt4BlockBytes;
                return found;
            }
            if (inode != 0) {
                found.push_back(
                    {std::string(record + 8, static_cast<std::uint8_t>(record[6])),
                     inode,
                     static_cast<std::uint8_t>(record[7])}
                );
            }
            at += length;
        }
    }
    return found;
}

TEST(EncodeDirectory, PutsAFewNamesInOneBlockInTheirOrder) {
    const DirectoryBlocks blocks =
        encode_directory(12, 2, {{"b", 101, 1}, {"a", 102, 2}, {"\xc3\xbc", 103, 7}}, kSeed);
    EXPECT_FALSE(blocks.indexed);
    EXPECT_EQ(std::ssize(blocks.bytes), kExt4BlockBytes);
    EXPECT_THAT(
        plain_records(blocks.bytes),
        testing::ElementsAre(
            DirectoryEntry{".", 12, 2},
            DirectoryEntry{"..", 2, 2},
            DirectoryEntry{"a", 102, 2},
            DirectoryEntry{"b", 101, 1},
            DirectoryEntry{"\xc3\xbc", 103, 7}
        )
    );
}

TEST(EncodeDirectory, DoesNotDependOnTheOrderOfItsInput) {
    for (int count : {3, 500}) {
        std::vector<DirectoryEntry> entries = numbered(count, "name");
        const std::string forward = encode_directory(12, 2, entries, kSeed).bytes;
        std::reverse(entries.begin(), entries.end());
        EXPECT_EQ(encode_directory(12, 2, entries, kSeed).bytes, forward) << count;
    }
}

struct TreeCase {
    const char* name;
    int count;
    std::string prefix;
    std::size_t min_blocks;
};

TEST(EncodeDirectory, HoldsEveryNameOfAHashTreeOnce) {
    const TreeCase cases[] = {
        {"just too many for a block", 340, "", 2},
        {"a thousand", 1000, "file-", 5},
        {"longest names", 300, std::string(250, 'x'), 20},
        {"two levels of index", 9000, std::string(240, 'y'), 550}};
    for (const TreeCase& c : cases) {
        SCOPED_TRACE(c.name);
        const std::vector<DirectoryEntry> entries = numbered(c.count, c.prefix);
        const DirectoryBlocks blocks = encode_directory(12, 2, entries, kSeed);
        EXPECT_TRUE(blocks.indexed);
        EXPECT_GE(blocks.bytes.size() / kExt4BlockBytes, c.min_blocks);

        std::set<std::string> wanted{".", ".."};
        for (const DirectoryEntry& entry : entries) {
            wanted.insert(entry.name);
        }
        std::multiset<std::string> found;
        for (const DirectoryEntry& entry : plain_records(blocks.bytes)) {
            found.insert(entry.name);
        }
        EXPECT_EQ(found, std::multiset<std::string>(wanted.begin(), wanted.end()));
    }
}

}  // namespace
}  // namespace kiln::disk
