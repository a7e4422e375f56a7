#include "node/boot_loader.hpp"

#include "base/error.hpp"
#include "node/testing/tree_fixture.hpp"
#include "node/testing/uki_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const KernelArgumentChange kChange{{"nohz=on", "isolcpus=2-3"}, {}};

/// Writes the edits, as apply would, and reads back.
BootConfiguration edited(TreeFixture& node, const KernelArgumentChange& change) {
    const BootEdits edits = plan_boot_edits(node.tree, read_boot_configuration(node.tree), change);
    for (const FileEdit& edit : edits.files) {
        node.put(edit.path, edit.content);
    }
    BootConfiguration after = read_boot_configuration(node.tree);
    EXPECT_THAT(plan_boot_edits(node.tree, after, change).files, IsEmpty()) << "the second time";
    return after;
}

void put_amazon_linux(TreeFixture& node) {
    node.put(
            "/boot/loader/entries/m-6.1.10.conf",
            "title Amazon Linux (6.1.10)\nversion 6.1.10\nlinux /boot/vmlinuz-6.1.10\n"
            "options root=UUID=a ro tsc=reliable isolcpus=9\n"
    )
        .put(
            "/boot/loader/entries/m-6.1.9.conf",
            "title Amazon Linux (6.1.9)\nversion 6.1.9\nlinux /boot/vmlinuz-6.1.9\n"
            "options root=UUID=a ro\n"
        )
        .put(
            "/boot/loader/entries/m-0-rescue.conf",
            "title Amazon Linux (0-rescue)\nversion 0-rescue\nlinux /boot/vmlinuz-0-rescue\n"
            "options root=UUID=a\n"
        )
        .put("/boot/grub2/grub.cfg", "blscfg\n")
        .put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"tsc=reliable\"\n")
        .put("/etc/kernel/cmdline", "root=UUID=a ro\n");
}

TEST(BootLoader, BlsWithGrub) {
    TreeFixture node;
    put_amazon_linux(node);
    const BootConfiguration after = edited(node, kChange);
    EXPECT_EQ(after.loader, BootLoader::bls_grub);
    EXPECT_THAT(
        after.entries,
        ElementsAre(
            BootMenuEntry{
                "/boot/loader/entries/m-0-rescue.conf",
                "Amazon Linux (0-rescue)",
                "0-rescue",
                "root=UUID=a",
                false,
                true},
            BootMenuEntry{
                "/boot/loader/entries/m-6.1.10.conf",
                "Amazon Linux (6.1.10)",
                "6.1.10",
                "root=UUID=a ro tsc=reliable nohz=on isolcpus=2-3",
                false,
                false},
            BootMenuEntry{
                "/boot/loader/entries/m-6.1.9.conf",
                "Amazon Linux (6.1.9)",
                "6.1.9",
                "root=UUID=a ro nohz=on isolcpus=2-3",
                true,
                false}
        )
    );
    EXPECT_THAT(boot_line_problems(after, kChange), IsEmpty());
    EXPECT_EQ(node.text("/etc/kernel/cmdline"), "root=UUID=a ro nohz=on isolcpus=2-3\n");
    EXPECT_EQ(
        node.text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"tsc=reliable nohz=on isolcpus=2-3\"\n"
    );
}

TEST(BootLoader, SavedEntryIsTheDefault) {
    TreeFixture node;
    put_amazon_linux(node);
    std::string block = "# GRUB Environment Block\nsaved_entry=m-6.1.10\n";
    block.resize(1024, '#');
    node.put("/boot/grub2/grubenv", block);
    const BootConfiguration found = read_boot_configuration(node.tree);
    EXPECT_TRUE(found.entries[1].is_default);
    EXPECT_FALSE(found.entries[2].is_default);
}

TEST(BootLoader, BlsWithOptionsInTheGrubEnvironment) {
    TreeFixture node;
    std::string block = "# GRUB Environment Block\nkernelopts=root=UUID=a ro\n";
    block.resize(1024, '#');
    node.put("/boot/grub2/grubenv", block)
        .put(
            "/boot/loader/entries/m-4.18.conf",
            "title RHEL 8\nversion 4.18\noptions $kernelopts $tuned_params\n"
        );
    const BootConfiguration after = edited(node, kChange);
    EXPECT_EQ(after.entries[0].line, "root=UUID=a ro nohz=on isolcpus=2-3 $tuned_params");
    EXPECT_THAT(node.text("/boot/loader/entries/m-4.18.conf"), HasSubstr("options $kernelopts"));
}

TEST(BootLoader, GrubWithDropIns) {
    TreeFixture node;
    node.put(
            "/boot/grub/grub.cfg",
            "menuentry 'Debian' {\n\tlinux /boot/vmlinuz-6.1.0-56-cloud-amd64 root=UUID=a ro "
            "isolcpus=9\n}\n"
    )
        .put(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet nohz=off\"\nGRUB_CMDLINE_LINUX=\"\"\n"
        )
        .put(
            "/etc/default/grub.d/50-cloud.cfg",
            "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX isolcpus=9\"\n"
        );
    const BootConfiguration after = edited(node, kChange);
    EXPECT_EQ(after.loader, BootLoader::grub);
    EXPECT_THAT(
        after.entries,
        ElementsAre(BootMenuEntry{
            "/boot/grub/grub.cfg",
            "Debian",
            "6.1.0-56-cloud-amd64",
            "root=UUID=a ro nohz=on isolcpus=2-3",
            true,
            false})
    );
    EXPECT_THAT(boot_line_problems(after, kChange), IsEmpty());
    EXPECT_EQ(
        node.text("/etc/default/grub"),
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"\"\n"
    );
    EXPECT_EQ(
        node.text("/etc/default/grub.d/99-kiln-node.cfg"),
        "# kiln-node; do not edit\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX nohz=on "
        "isolcpus=2-3\"\n"
    );
}

TEST(BootLoader, GrubWithoutDropIns) {
    TreeFixture node;
    node.put(
            "/boot/grub2/grub.cfg",
            "menuentry 'Amazon Linux 2' {\n\tlinux16 /boot/vmlinuz-5.10 root=UUID=a "
            "biosdevname=0\n}\n"
    )
        .put("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"biosdevname=0\"\n");
    const BootConfiguration after = edited(node, kChange);
    EXPECT_THAT(boot_line_problems(after, kChange), IsEmpty());
    EXPECT_EQ(
        node.text("/etc/default/grub"),
        "GRUB_CMDLINE_LINUX_DEFAULT=\"biosdevname=0\"\nGRUB_CMDLINE_LINUX=\"nohz=on "
        "isolcpus=2-3\"\n"
    );
}

TEST(BootLoader, SystemdBoot) {
    TreeFixture node;
    node.put("/efi/loader/entries/arch.conf", "title Arch\nlinux /vmlinuz-linux\noptions root=a\n")
        .put("/efi/loader/loader.conf", "timeout 3\ndefault arch.conf\n");
    const BootConfiguration after = edited(node, kChange);
    EXPECT_EQ(after.loader, BootLoader::systemd_boot);
    EXPECT_EQ(after.entries[0].line, "root=a nohz=on isolcpus=2-3");
    EXPECT_TRUE(after.entries[0].is_default);
}

TEST(BootLoader, UnifiedKernelImagesAreRebuiltOrNamed) {
    TreeFixture node;
    node.put("/efi/EFI/Linux/m-6.12.1.efi", uki("root=a"));
    BootEdits edits = plan_boot_edits(node.tree, read_boot_configuration(node.tree), kChange);
    ASSERT_EQ(edits.files.size(), 1U);
    EXPECT_EQ(edits.files[0].path, "/etc/kernel/cmdline");
    EXPECT_EQ(edits.files[0].content, "root=a nohz=on isolcpus=2-3\n");
    EXPECT_THAT(edits.notes, ElementsAre(HasSubstr("rebuild it")));

    node.put("/usr/bin/kernel-install", "");
    edits = plan_boot_edits(node.tree, read_boot_configuration(node.tree), kChange);
    EXPECT_THAT(
        edits.commands,
        ElementsAre(ElementsAre("kernel-install", "add", "6.12.1", "/lib/modules/6.12.1/vmlinuz"))
    );
    node.put("/boot/vmlinuz-6.12.1", "");
    edits = plan_boot_edits(node.tree, read_boot_configuration(node.tree), kChange);
    EXPECT_THAT(
        edits.commands,
        ElementsAre(ElementsAre("kernel-install", "add", "6.12.1", "/boot/vmlinuz-6.12.1"))
    );

    node.put("/efi/EFI/Linux/m-6.12.1.efi", uki("root=a nohz=on isolcpus=2-3"));
    edits = plan_boot_edits(node.tree, read_boot_configuration(node.tree), kChange);
    EXPECT_THAT(edits.commands, IsEmpty());
    EXPECT_THAT(edits.notes, IsEmpty());
}

TEST(BootLoader, RefusesWhatItCanNotDo) {
    TreeFixture node;
    EXPECT_THROW(plan_boot_edits(node.tree, read_boot_configuration(node.tree), kChange), Error);
    put_amazon_linux(node);
    EXPECT_THROW(
        plan_boot_edits(
            node.tree, read_boot_configuration(node.tree), {{"a=" + std::string(2040, 'x')}, {}}
        ),
        Error
    );
    node.put("/run/ostree-booted", "");
    EXPECT_THAT(read_boot_configuration(node.tree).unsupported, HasSubstr("rpm-ostree kargs"));
}

}  // namespace
}  // namespace kiln::node
