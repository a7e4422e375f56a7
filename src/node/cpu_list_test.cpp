#include "node/cpu_list.hpp"

#include <gtest/gtest.h>

namespace kiln::node {
namespace {

TEST(CpuList, ReadsWhatTheKernelPrints) {
    EXPECT_EQ(parse_plain_cpu_list("0-2,8\n"), (CpuSet{0, 1, 2, 8}));
    EXPECT_EQ(parse_plain_cpu_list("\n"), CpuSet{});
    EXPECT_EQ(parse_plain_cpu_list("  (null)\n"), CpuSet{});
    for (const char* wrong : {"3-1", "1-", "-1", "0-3:1/2", "a", "1,,2", "0-99999999", "0x3"}) {
        EXPECT_EQ(parse_plain_cpu_list(wrong), std::nullopt) << wrong;
    }
}

TEST(CpuList, PrintsAsTheKernelDoes) {
    EXPECT_EQ(print_cpu_list({0, 1, 2, 8, 10, 11}), "0-2,8,10-11");
    EXPECT_EQ(print_cpu_list({}), "");
}

TEST(CpuMask, HasACommaEvery32Bits) {
    EXPECT_EQ(print_cpu_mask({0, 1, 2, 3}), "f");
    EXPECT_EQ(print_cpu_mask({0, 35}), "8,00000001");
    EXPECT_EQ(print_cpu_mask({}), "0");
    for (const CpuSet& cpus : {CpuSet{}, CpuSet{31, 32, 95}, CpuSet{7}}) {
        EXPECT_EQ(parse_cpu_mask(print_cpu_mask(cpus)), cpus);
    }
    EXPECT_EQ(parse_cpu_mask("ffffffffff"), std::nullopt);
    EXPECT_EQ(parse_cpu_mask("0-3"), std::nullopt);
}

}  // namespace
}  // namespace kiln::node
