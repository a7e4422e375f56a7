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

}  // namespace
}  // namespace kiln
