#include "execute/builder/rootfs/system_files.hpp"

#include "base/strings.hpp"
#include "plan/options/rootfs.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace kiln::exec::rootfs {

namespace {

using plan::RootfsOptions;
using plan::RootfsUser;

// With an address from the network it is on, whatever the name of its port. cloud-init and netplan
// write files of smaller numbers, which win.
constexpr const char* kDhcp = R"([Match]
Name=en* eth*

[Network]
DHCP=yes
)";

constexpr const char* kHostKeysUnit = R"([Unit]
Description=Make the SSH host keys of this node
ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key
Before=ssh.service
After=local-fs.target systemd-random-seed.service

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
)";

// Ec2 answers on EC2 only. A NoCloud seed, which a test machine brings on a disk of its own, is
// looked for first.
constexpr const char* kCloudInit = R"(datasource_list: [ NoCloud, Ec2, None ]
)";

// The root partition grows into the space behind it, on whatever disk the image is put; its type
// is the one that systemd-repart knows as root.
constexpr const char* kGrowRoot = R"([Partition]
Type=root
)";

bool is_kernel_image(const std::string& package) {
    return package.starts_with("linux-image-");
}

bool is_arm64(const RootfsOptions& options) {
    return options.architecture == "arm64";
}

bool has_package(const RootfsOptions& options, const std::string& name) {
    return std::find(options.packages.begin(), options.packages.end(), name) !=
           options.packages.end();
}

// systemd-resolved is a package of its own from these releases on, part of systemd before.
bool has_separate_resolved(const RootfsOptions& options) {
    static const std::set<std::string> kOlder = {
        "stretch", "buster", "bullseye", "xenial", "bionic", "focal", "jammy"};
    return !kOlder.contains(options.suite);
}

bool is_boot_image(const RootfsOptions& options) {
    return !kernel_package(options).empty();
}

std::string hosts(const std::string& hostname) {
    const std::string short_name = hostname.substr(0, hostname.find('.'));
    std::string text = "127.0.0.1 localhost\n";
    if (hostname != "localhost") {
        text += "127.0.1.1 " + hostname + (short_name == hostname ? "" : " " + short_name) + "\n";
    }
    return text +
           "::1 localhost ip6-localhost ip6-loopback\n"
           "ff02::1 ip6-allnodes\n"
           "ff02::2 ip6-allrouters\n";
}

std::string fstab(const disk::DiskOptions& disks) {
    std::string text = "# <file system> <mount point> <type> <options> <dump> <pass>\n";
    for (const disk::FstabEntry& entry : disk::fstab_entries(disks)) {
        text += disk::to_string(entry) + "\n";
    }
    return text;
}

std::string grub_defaults(const RootfsOptions& options) {
    return "# Read by update-grub, with what is in /etc/default/grub.d behind it.\n"
           "GRUB_DEFAULT=0\n"
           "GRUB_TIMEOUT=1\n"
           "GRUB_DISTRIBUTOR=" +
           std::string(options.distribution == "ubuntu" ? "Ubuntu" : "Debian") +
           "\n"
           "GRUB_CMDLINE_LINUX=\"" +
           join(kernel_arguments(options), " ") +
           "\"\n"
           "GRUB_CMDLINE_LINUX_DEFAULT=\"\"\n"
           "GRUB_TERMINAL=\"console serial\"\n"
           "GRUB_SERIAL_COMMAND=\"serial --unit=0 --speed=115200 --word=8 --parity=no --stop=1\"\n"
           "GRUB_DISABLE_OS_PROBER=true\n"
           "GRUB_DISABLE_RECOVERY=true\n";
}

std::string sudoers(const RootfsOptions& options) {
    std::string text;
    for (const RootfsUser& user : options.users) {
        if (user.sudo) {
            text += user.name + " ALL=(ALL:ALL) NOPASSWD:ALL\n";
        }
    }
    return text;
}

std::string user_script(const RootfsUser& user) {
    const std::string name = shell_quote(user.name);
    std::string script;
    for (const std::string& group : user.groups) {
        const std::string quoted = shell_quote(group);
        script += "getent group " + quoted + " >/dev/null || groupadd --system " + quoted + "\n";
    }
    const std::string settings = "--shell " + shell_quote(user.shell) +
                                 (user.groups.empty() ? "" : " --groups " + join(user.groups, ","));
    // The name may be that of a group which every Debian has: operator, staff, audio.
    script += "if getent passwd " + name + " >/dev/null; then usermod --append " + settings + " " +
              name + "; elif getent group " + name +
              " >/dev/null; then useradd --create-home --gid " + name + " " + settings + " " +
              name + "; else useradd --create-home --user-group " + settings + " " + name +
              "; fi\n";
    if (user.groups.empty()) {
        script = replace_all(script, "usermod --append ", "usermod ");
    }
    // "*" fits no password, but unlike a locked account lets keys in without PAM too.
    script += "printf '%s:%s\\n' " + name + " " +
              shell_quote(user.password_hash ? *user.password_hash : "*") + " | chpasswd -e\n";
    if (!user.ssh_authorized_keys.empty()) {
        std::vector<std::string> keys;
        for (const std::string& key : user.ssh_authorized_keys) {
            keys.push_back(shell_quote(trim(key)));
        }
        script += "home=$(getent passwd " + name + " | cut -d: -f6)\n" + "install -d -m 700 -o " +
                  name + " -g $(id -g " + name + ") \"$home/.ssh\"\n" + "printf '%s\\n' " +
                  join(keys, " ") + " > \"$home/.ssh/authorized_keys\"\n" +
                  "chmod 600 \"$home/.ssh/authorized_keys\"\n" + "chown " + name +
                  ": \"$home/.ssh/authorized_keys\"\n";
    }
    return script;
}

std::string time_zone_script(const std::string& zone) {
    const std::string file = shell_quote("/usr/share/zoneinfo/" + zone);
    return "if [ -e " + file + " ]; then\n    ln -sf " + file + " /etc/localtime\n" +
           (zone == "Etc/UTC" ? ""
                              : "else\n    echo 'there is no time zone '" + shell_quote(zone) +
                                    "' in the tree'; exit 1\n") +
           "fi\n";
}

bool is_built_in_locale(const std::string& locale) {
    return locale == "C" || locale == "POSIX" || locale.starts_with("C.");
}

std::string locale_script(const std::string& locale) {
    if (is_built_in_locale(locale)) {
        return {};
    }
    const std::string pattern = replace_all(locale, ".", "\\.");
    return "sed -i 's/^# *\\(" + pattern + "[ .]\\)/\\1/' /etc/locale.gen\n" + "grep -q '^" +
           pattern + "' /etc/locale.gen || { echo 'there is no locale " + locale +
           "'; exit 1; }\n" + "locale-gen\n";
}

}  // namespace

std::string kernel_package(const plan::RootfsOptions& options) {
    if (options.kernel) {
        return *options.kernel == "none" ? "" : *options.kernel;
    }
    const auto named =
        std::find_if(options.packages.begin(), options.packages.end(), is_kernel_image);
    if (named != options.packages.end()) {
        return *named;
    }
    if (options.distribution == "ubuntu") {
        return "linux-image-virtual";
    }
    return is_arm64(options) ? "linux-image-cloud-arm64" : "linux-image-cloud-amd64";
}

std::vector<std::string> wanted_packages(const plan::RootfsOptions& options) {
    std::vector<std::string> packages = options.packages;
    const auto add = [&](const std::string& name) {
        if (std::find(packages.begin(), packages.end(), name) == packages.end()) {
            packages.push_back(name);
        }
    };
    add("apt");
    if (is_boot_image(options)) {
        add(kernel_package(options));
        for (const char* name : {"initramfs-tools", "systemd-sysv", "udev", "zstd"}) {
            add(name);
        }
        if (has_separate_resolved(options)) {
            add("systemd-resolved");
        }
        add(options.filesystem == "xfs" ? "xfsprogs" : "e2fsprogs");
    }
    if (options.bootloader == "grub") {
        add("grub2-common");
        add(is_arm64(options) ? "grub-efi-arm64-bin" : "grub-efi-amd64-bin");
        if (!is_arm64(options)) {
            add("grub-pc-bin");
        }
    }
    if (has_package(options, "cloud-init")) {
        add("cloud-guest-utils");  // growpart
    }
    const bool has_sudoer = std::any_of(
        options.users.begin(), options.users.end(), [](const RootfsUser& user) { return user.sudo; }
    );
    if (has_sudoer) {
        add("sudo");
    }
    if (!is_built_in_locale(options.locale)) {
        add("locales");
    }
    return packages;
}

std::vector<std::string> kernel_arguments(const plan::RootfsOptions& options) {
    const auto name_of = [](std::string_view argument) {
        return argument.substr(0, argument.find('='));
    };
    // The last console is the one that /dev/console is. EC2 asks for the NVMe time-out: EBS may
    // take longer to answer than the driver's 30 s (AWS's guide, "I/O operation timeout").
    std::vector<std::string> own = {"console=tty0"};
    own.push_back(
        is_arm64(options) ? "console=ttyS0,115200n8 console=ttyAMA0" : "console=ttyS0,115200n8"
    );
    own.push_back("nvme_core.io_timeout=4294967295");
    const std::vector<std::string>& users = options.kernel_command_line;
    std::vector<std::string> all;
    for (const std::string& argument : own) {
        const bool replaced =
            std::any_of(users.begin(), users.end(), [&](const std::string& other) {
                return name_of(other) == name_of(argument);
            });
        if (!replaced) {
            all.push_back(argument);
        }
    }
    all.insert(all.end(), users.begin(), users.end());
    return all;
}

std::vector<SystemFile> system_files(
    const plan::RootfsOptions& options, const disk::DiskOptions& disks
) {
    std::vector<SystemFile> files = {
        {"/etc/hostname", options.hostname + "\n"},
        {"/etc/hosts", hosts(options.hostname)},
        {"/etc/fstab", fstab(disks)},
        {"/etc/default/locale", "LANG=" + options.locale + "\n"},
        {"/etc/timezone", options.timezone + "\n"},
        {.path = "/etc/systemd/network/90-kiln-dhcp.network",
         .content = kDhcp,
         .needs = "/usr/lib/systemd/systemd-networkd"},
        {.path = "/etc/systemd/system/kiln-ssh-host-keys.service",
         .content = kHostKeysUnit,
         .needs = "/usr/sbin/sshd"},
        {.path = "/etc/cloud/cloud.cfg.d/90-kiln.cfg",
         .content = kCloudInit,
         .needs = "/etc/cloud/cloud.cfg.d"},
        {.path = "/etc/repart.d/50-root.conf",
         .content = kGrowRoot,
         .needs = "/usr/bin/systemd-repart"},
    };
    if (options.bootloader == "grub") {
        files.push_back({"/etc/default/grub", grub_defaults(options)});
    }
    if (const std::string text = sudoers(options); !text.empty()) {
        files.push_back({"/etc/sudoers.d/90-kiln", text, 0440});
    }
    return files;
}

std::string system_script(const plan::RootfsOptions& options) {
    std::string script = "set -eu\n";
    script += time_zone_script(options.timezone);
    script += locale_script(options.locale);
    script += R"(if [ -e /usr/lib/systemd/systemd-networkd ]; then
    systemctl enable systemd-networkd.service
fi
if [ -e /usr/lib/systemd/systemd-resolved ]; then
    systemctl enable systemd-resolved.service
    ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
fi
if [ -e /etc/systemd/system/kiln-ssh-host-keys.service ]; then
    systemctl enable kiln-ssh-host-keys.service
fi
)";
    for (const RootfsUser& user : options.users) {
        script += user_script(user);
    }
    return script;
}

}  // namespace kiln::exec::rootfs
