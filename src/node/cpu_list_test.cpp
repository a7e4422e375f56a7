#include "node/cpu_list.hpp"

#include "base/error.hpp"

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

// What the kernel made of each when it was written to smp_affinity_list, 12 CPUs possible.
struct ListCase {
    const char* text;
    const char* want;
};
constexpr ListCase kLists[] = {
    {"0-7:1/2", "0,2,4,6"},
    {"0-7:2/4", "0-1,4-5"},
    {"0-7:8/8", "0-7"},
    {"2-5:3/100", "2-4"},
    {"2-5:3/4294967295", "2-4"},
    {"0-N:1/3", "0,3,6,9"},
    {"0-N", "0-11"},
    {"N", "11"},
    {"all", "0-11"},
    {"All", "0-11"},
    {"all:1/2", "0,2,4,6,8,10"},
    {"0-3:0/4", ""},
    {"1,,3", "1,3"},
    {",1", "1"},
    {"1,", "1"},
    {" 1,2 ", "1-2"},
    {"1\t3", "1,3"},
    {"007", "7"},
    {"5,2-3", "2-3,5"},
    {"1,1,1", "1"},
    {"", ""},
    {"3\n4", "3"},
};

TEST(CpuListLanguage, MeansWhatItMeansToTheKernel) {
    for (const ListCase& c : kLists) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(print_cpu_list(parse_cpu_list(c.text, 12)), c.want);
    }
}

TEST(CpuListLanguage, RefusesWhatTheKernelRefuses) {
    const ListCase cases[] = {
        {"3-1", "the range 3-1 runs backwards"},
        {"0-3:1/0", "a pattern takes 1 of every 0"},
        {"0-3:5/4", "a pattern takes 5 of every 4"},
        {"3:1/2", "expected '-' before \":1/2\""},
        {"0-7:1", "expected '/' before the end"},
        {"0-7/2", "expected ':' before \"/2\""},
        {"1-2-3", "expected ':' before \"-3\""},
        {"0x3", "expected '-' before \"x3\""},
        {"-1", "expected a number at \"-1\""},
        {"1.5", "expected '-' before \".5\""},
        {"1;2", "expected '-' before \";2\""},
        {"4-", "expected a number at the end"},
        {"4294967296", "a number is larger than the kernel reads"},
        {"12", "CPU 12 can not be: the highest is 11, and the kernel drops the whole list"},
        {"4-12", "CPU 12 can not be: the highest is 11, and the kernel drops the whole list"},
        {"n", "expected a number at \"n\""},
    };
    for (const ListCase& c : cases) {
        SCOPED_TRACE(c.text);
        try {
            parse_cpu_list(c.text, 12);
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.message(), "CPU list \"" + std::string(c.text) + "\": " + c.want);
        }
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
