#include "base/source.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(SourceFile, CountsColumnsInCodePoints) {
    SourceMap map;
    const SourceFile& file = map.add("a.hcl", "x = \"h\xC3\xA9\" # y\r\nz = 1\n");
    EXPECT_EQ(to_string(SourceRange{&file, 9, 10}), "a.hcl:1:9");
    EXPECT_EQ(file.line(1), "x = \"h\xC3\xA9\" # y");
    EXPECT_EQ(to_string(SourceRange{&file, 15, 16}), "a.hcl:2:1");
    EXPECT_EQ(file.line(4), "");
}

TEST(SourceFile, CountsColumnsOfALongLine) {
    std::string line;
    for (int i = 0; i < 1000; ++i) {
        line += "ab\xC3\xA9";  // blocks end within a code point too
    }
    SourceMap map;
    const SourceFile& file = map.add("a.hcl", "x\n" + line);
    for (std::size_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(file.position(2 + 4 * i).column, 3 * i + 1);
        EXPECT_EQ(file.position(2 + 4 * i + 2).column, 3 * i + 3);
    }
    EXPECT_EQ(file.position(4002), (SourceFile::Position{2, 3001}));
    EXPECT_EQ(file.position(9999), (SourceFile::Position{2, 3001}));
}

}  // namespace
}  // namespace kiln
