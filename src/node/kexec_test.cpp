#include "node/kexec.hpp"

#include "base/error.hpp"
#include "node/testing/tree_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::node {
namespace {

void put_bootable(TreeFixture& node) {
    node.put(
            "/boot/loader/entries/m-6.1.0.conf",
            "title A\nversion 6.1.0\noptions root=a isolcpus=2-3\n"
    )
        .put("/boot/vmlinuz-6.1.0", "kernel")
        .put("/proc/sys/kernel/kexec_load_disabled", "0\n")
        .put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
}

TEST(PlanKexec, StartsWhatTheBootLoaderWould) {
    TreeFixture node;
    put_bootable(node);
    const KexecPlan without{"/boot/vmlinuz-6.1.0", "", "root=a isolcpus=2-3", ""};
    EXPECT_EQ(plan_kexec(node.tree), without);
    for (const char* initrd : {"/boot/initrd.img-6.1.0", "/boot/initramfs-6.1.0.img"}) {
        node.put(initrd, "initrd");
        EXPECT_EQ(plan_kexec(node.tree).initrd, initrd);
    }
}

struct RefusalCase {
    const char* path;
    const char* content;
    const char* want;
};

TEST(PlanKexec, SaysWhyNot) {
    const RefusalCase cases[] = {
        {"/proc/sys/kernel/kexec_load_disabled",
         "1\n",
         "kernel.kexec_load_disabled is 1 until the next boot"},
        {"/sys/kernel/security/lockdown",
         "none [integrity] confidentiality\n",
         "the kernel is locked down (Secure Boot) and takes signed kernels alone"},
        {"/boot/loader/entries/m-6.1.0.conf",
         "title A\nversion 6.2.0\noptions root=a\n",
         "there is no /boot/vmlinuz-6.2.0"},
    };
    for (const RefusalCase& c : cases) {
        SCOPED_TRACE(c.path);
        TreeFixture node;
        put_bootable(node);
        node.put(c.path, c.content);
        EXPECT_EQ(plan_kexec(node.tree).problem, c.want);
    }
    EXPECT_EQ(
        plan_kexec(TreeFixture().tree).problem,
        "the boot loader does not say which kernel boots next"
    );
}

TEST(LoadKexec, NamesTheFileThatIsMissing) {
    try {
        load_kexec(TreeFixture().tree, {.kernel = "/boot/vmlinuz-6.1.0"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "opening /boot/vmlinuz-6.1.0: No such file or directory");
    }
}

}  // namespace
}  // namespace kiln::node
