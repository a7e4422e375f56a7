#include "node/kernel_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitKernelLine, HonoursQuotes) {
    EXPECT_THAT(
        split_kernel_line("  root=/dev/sda1 dyndbg=\"file a.c +p\"\tquiet\n"),
        ElementsAre("root=/dev/sda1", "dyndbg=\"file a.c +p\"", "quiet")
    );
    EXPECT_THAT(split_kernel_line(""), IsEmpty());
}

TEST(KernelArgumentKey, IsTheNameAsTheKernelComparesIt) {
    EXPECT_EQ(kernel_argument_key("hugepagesz=1G"), "hugepagesz");
    EXPECT_EQ(kernel_argument_key("quiet"), "quiet");
    EXPECT_EQ(kernel_argument_key("rcupdate.rcu-normal=1"), "rcupdate.rcu_normal");
    EXPECT_EQ(kernel_argument_key("\"dyndbg=file a.c +p\""), "dyndbg");
}

struct MergeCase {
    const char* name;
    const char* line;
    KernelArgumentChange change;
    const char* want;
};

const MergeCase kMergeCases[] = {
    {"appended to what is there",
     "root=/dev/sda1 ro",
     {{"isolcpus=2-3"}, {}},
     "root=/dev/sda1 ro isolcpus=2-3"},
    {"an empty line", "", {{"isolcpus=2-3"}, {}}, "isolcpus=2-3"},
    {"every other value of a key goes",
     "isolcpus=1 ro isolcpus=2",
     {{"isolcpus=3"}, {}},
     "ro isolcpus=3"},
    {"an equal word moves into the block",
     "tsc=reliable ro",
     {{"nohz=on", "tsc=reliable"}, {}},
     "ro nohz=on tsc=reliable"},
    {"names are compared whole",
     "default_hugepagesz=2M hugepagesz=2M nohz_full=1",
     {{"nohz=on", "hugepagesz=1G"}, {}},
     "default_hugepagesz=2M nohz_full=1 nohz=on hugepagesz=1G"},
    {"pairs of one key keep their order",
     "hugepagesz=1G hugepages=1 ro",
     {{"hugepagesz=2M", "hugepages=512", "hugepagesz=1G", "hugepages=4"}, {}},
     "ro hugepagesz=2M hugepages=512 hugepagesz=1G hugepages=4"},
    {"a console more, none less",
     "console=tty0 console=ttyS0",
     {{"console=ttyS0"}, {}},
     "console=tty0 console=ttyS0"},
    {"what init gets stays at the end",
     "ro -- single isolcpus=9",
     {{"isolcpus=2"}, {}},
     "ro isolcpus=2 -- single isolcpus=9"},
    {"keys to remove, and one value of a key",
     "a=1 console=tty0 console=ttyS0 quiet",
     {{}, {"a", "console=tty0", "quiet"}},
     "console=ttyS0"},
    {"a dash is an underscore", "rcu-nocbs=1", {{"rcu_nocbs=2"}, {}}, "rcu_nocbs=2"},
    {"quotes survive",
     "dyndbg=\"file a.c +p\" x=\"isolcpus=1 \"",
     {{"isolcpus=2"}, {}},
     "dyndbg=\"file a.c +p\" x=\"isolcpus=1 \" isolcpus=2"},
};

TEST(MergeKernelArguments, OwnsItsKeysAndNothingElse) {
    for (const MergeCase& c : kMergeCases) {
        SCOPED_TRACE(c.name);
        const std::string merged = merge_kernel_arguments(c.line, c.change);
        EXPECT_EQ(merged, c.want);
        EXPECT_EQ(merge_kernel_arguments(merged, c.change), merged) << "the second time";
        EXPECT_THAT(kernel_argument_differences(merged, c.change), IsEmpty());
    }
}

TEST(ReplacedKernelArguments, AreWhatUndoPutsBack) {
    EXPECT_THAT(
        replaced_kernel_arguments("ro isolcpus=1 quiet -- isolcpus=5", {{"isolcpus=2"}, {"quiet"}}),
        ElementsAre("isolcpus=1", "quiet")
    );
}

TEST(KernelArgumentDifferences, NamesEachOnce) {
    const KernelArgumentChange change{
        {"isolcpus=2-3", "nohz_full=2-3", "tsc=reliable", "hugepagesz=1G", "console=ttyS0"},
        {"quiet"}};
    EXPECT_THAT(
        kernel_argument_differences(
            "isolcpus=1 hugepagesz=1G hugepagesz=1G quiet console=tty0 nohz_full=2-3", change
        ),
        ElementsAre(
            "isolcpus is 1, not 2-3",
            "tsc=reliable is missing",
            "hugepagesz is given 2 times (hugepagesz=1G hugepagesz=1G), not once",
            "console=ttyS0 is missing",
            "quiet is still there"
        )
    );
}

TEST(KernelArgumentDifferences, SeesPagesOfAnotherSize) {
    EXPECT_THAT(
        kernel_argument_differences(
            "hugepages=4 hugepagesz=1G", {{"hugepagesz=1G", "hugepages=4"}, {}}
        ),
        ElementsAre("hugepagesz= and hugepages= stand in the order hugepages=4 hugepagesz=1G, not "
                    "hugepagesz=1G hugepages=4")
    );
}

}  // namespace
}  // namespace kiln::node
