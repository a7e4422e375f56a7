#include "execute/builder/rootfs/system_files.hpp"

#include "execute/builder/rootfs/disk_images.hpp"
#include "plan/options/rootfs.hpp"

#include <gmock/gmock.h>

namespace kiln::exec::rootfs {
namespace {

using plan::RootfsOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string content_of(const RootfsOptions& options, const std::string& path) {
    for (const SystemFile& file : system_files(options, disk_options(options, "amd64", "s", 0))) {
        if (file.path == path) {
            return file.content;
        }
    }
    return "no such file";
}

struct ArgumentCase {
    const char* name;
    std::vector<std::string> users;
    std::vector<std::string> want;
};
const ArgumentCase kArgumentCases[] = {
    {"kiln's own",
     {},
     {"console=tty0", "console=ttyS0,115200n8", "nvme_core.io_timeout=4294967295"}},
    {"the user's stand behind",
     {"isolcpus=2-3", "nosoftlockup"},
     {"console=tty0",
      "console=ttyS0,115200n8",
      "nvme_core.io_timeout=4294967295",
      "isolcpus=2-3",
      "nosoftlockup"}},
    {"and replace those of the same name",
     {"nvme_core.io_timeout=30"},
     {"console=tty0", "console=ttyS0,115200n8", "nvme_core.io_timeout=30"}},
    {"a console of the user's is the only one",
     {"console=hvc0"},
     {"nvme_core.io_timeout=4294967295", "console=hvc0"}},
    {"what is said twice is said twice",
     {"hugepagesz=1G", "hugepages=2", "hugepagesz=2M", "hugepages=8"},
     {"console=tty0",
      "console=ttyS0,115200n8",
      "nvme_core.io_timeout=4294967295",
      "hugepagesz=1G",
      "hugepages=2",
      "hugepagesz=2M",
      "hugepages=8"}},
};
TEST(KernelArguments, KeepOrderAndLetTheUserWin) {
    for (const ArgumentCase& c : kArgumentCases) {
        SCOPED_TRACE(c.name);
        RootfsOptions options;
        options.kernel_command_line = c.users;
        EXPECT_EQ(kernel_arguments(options), c.want);
    }
}

TEST(KernelPackage, IsTheOneNamedOrTheCloudKernel) {
    RootfsOptions options;
    EXPECT_EQ(kernel_package(options), "linux-image-cloud-amd64");
    options.architecture = "arm64";
    EXPECT_EQ(kernel_package(options), "linux-image-cloud-arm64");
    options.packages = {"curl", "linux-image-rt-amd64"};
    EXPECT_EQ(kernel_package(options), "linux-image-rt-amd64");
    options.kernel = "linux-image-amd64";
    EXPECT_EQ(kernel_package(options), "linux-image-amd64");
    options.kernel = "none";
    EXPECT_EQ(kernel_package(options), "");
}

TEST(WantedPackages, AddWhatTheOptionsNeed) {
    RootfsOptions options;
    options.packages = {"cloud-init", "udev"};
    EXPECT_THAT(
        wanted_packages(options),
        ElementsAre(
            "cloud-init",
            "udev",
            "apt",
            "linux-image-cloud-amd64",
            "initramfs-tools",
            "systemd-sysv",
            "zstd",
            "systemd-resolved",
            "e2fsprogs",
            "grub2-common",
            "grub-efi-amd64-bin",
            "grub-pc-bin",
            "cloud-guest-utils"
        )
    );
    RootfsOptions least;
    least.kernel = "none";
    least.bootloader = "none";
    least.packages = {"busybox-static"};
    EXPECT_THAT(wanted_packages(least), ElementsAre("busybox-static", "apt"));
    least.users = {{.name = "a", .sudo = true}};
    EXPECT_THAT(wanted_packages(least), ElementsAre("busybox-static", "apt", "sudo"));
    least.locale = "de_DE.UTF-8";
    EXPECT_THAT(wanted_packages(least), Contains("locales"));
}

TEST(WantedPackages, OldReleasesHaveResolvedInSystemd) {
    RootfsOptions options;
    options.suite = "bullseye";
    EXPECT_THAT(wanted_packages(options), Not(Contains("systemd-resolved")));
}

TEST(SystemFiles, HostnameAndHosts) {
    RootfsOptions options;
    options.hostname = "node1.example.org";
    EXPECT_EQ(content_of(options, "/etc/hostname"), "node1.example.org\n");
    EXPECT_EQ(
        content_of(options, "/etc/hosts"),
        "127.0.0.1 localhost\n"
        "127.0.1.1 node1.example.org node1\n"
        "::1 localhost ip6-localhost ip6-loopback\n"
        "ff02::1 ip6-allnodes\n"
        "ff02::2 ip6-allrouters\n"
    );
}

TEST(SystemFiles, FstabMountsByUuid) {
    RootfsOptions options;
    options.extra_disks = {
        {.name = "data", .size = {1 << 30}, .filesystem = "xfs", .mount_point = "/srv"}};
    const std::string fstab = content_of(options, "/etc/fstab");
    EXPECT_THAT(fstab, HasSubstr(" / ext4 errors=remount-ro,x-systemd.growfs 0 1\n"));
    EXPECT_THAT(fstab, HasSubstr(" /boot/efi vfat "));
    EXPECT_THAT(fstab, HasSubstr(" /srv xfs defaults,nofail 0 0\n"));
    EXPECT_THAT(fstab, Not(HasSubstr("/dev/")));
}

TEST(SystemFiles, WithoutABootLoaderThereAreNoSettingsForOne) {
    RootfsOptions options;
    options.bootloader = "none";
    EXPECT_EQ(content_of(options, "/etc/default/grub"), "no such file");
    EXPECT_EQ(content_of(options, "/etc/sudoers.d/90-kiln"), "no such file");
}

TEST(SystemFiles, GrubGetsTheCommandLine) {
    RootfsOptions options;
    options.kernel_command_line = {"isolcpus=2-3"};
    EXPECT_THAT(
        content_of(options, "/etc/default/grub"),
        HasSubstr("GRUB_CMDLINE_LINUX=\"console=tty0 console=ttyS0,115200n8 "
                  "nvme_core.io_timeout=4294967295 isolcpus=2-3\"\n")
    );
}

TEST(SystemScript, MakesUsersWithLockedPasswordsAndKeys) {
    RootfsOptions options;
    options.users = {
        {.name = "op",
         .groups = {"adm", "kvm"},
         .ssh_authorized_keys = {"ssh-ed25519 AAAA it's me"},
         .sudo = true}};
    const std::string script = system_script(options);
    EXPECT_THAT(script, HasSubstr("getent group 'kvm' >/dev/null || groupadd --system 'kvm'\n"));
    EXPECT_THAT(
        script, HasSubstr("useradd --create-home --user-group --shell '/bin/bash' --groups adm,kvm")
    );
    EXPECT_THAT(script, HasSubstr("printf '%s:%s\\n' 'op' '*' | chpasswd -e\n"));
    EXPECT_THAT(script, HasSubstr(R"('ssh-ed25519 AAAA it'"'"'s me')"));
}

}  // namespace
}  // namespace kiln::exec::rootfs
