#include "node/installed_modules.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

TEST(InstalledModules, AreLookedForInEveryKernel) {
    TreeFixture node;
    node.put("/lib/modules/6.1.1/modules.dep", "updates/dkms/igb_uio.ko:\n")
        .put("/lib/modules/6.1.2/modules.dep", "kernel/x.ko:\n")
        .put("/lib/modules/6.0/left", "")
        .put("/boot/grub/grub.cfg", "menuentry 'A' {\n linux /boot/vmlinuz-6.1.1 ro\n}\n");
    CheckResults results = check_installed_modules(node.tree, {"igb-uio"});
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].status, CheckStatus::pass);
    EXPECT_EQ(results[1].id, "module.igb-uio.6.1.2");
    EXPECT_EQ(results[1].status, CheckStatus::warn);

    node.put("/boot/grub/grub.cfg", "menuentry 'A' {\n linux /boot/vmlinuz-6.1.2 ro\n}\n");
    EXPECT_EQ(worst(check_installed_modules(node.tree, {"igb_uio"})), CheckStatus::fail);
    TreeFixture bare;
    EXPECT_EQ(worst(check_installed_modules(bare.tree, {"igb_uio"})), CheckStatus::fail);
}

}  // namespace
}  // namespace kiln::node
