#include "plan/options/rootfs.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "plan/check.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace kiln::plan {

namespace {

bool only_has(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alphanumeric(c) || extra.find(c) != std::string_view::npos;
    });
}

// Debian policy 5.6.1, with the forms apt-get takes: name=version, name/suite.
bool is_package(std::string_view text) {
    const std::string_view name = text.substr(0, text.find_first_of("=/"));
    const std::string_view rest = text.substr(name.size());
    return name.size() >= 2 && (is_lower(name[0]) || is_digit(name[0])) && !name.ends_with('-') &&
           only_has(name, "+-.:") && only_has(rest, "=/+-.:~") && rest.size() != 1;
}

// RFC 1123, a whole name with its domain.
bool is_hostname(std::string_view text) {
    if (text.empty() || text.size() > 253) {
        return false;
    }
    for (const std::string& label : split(text, '.')) {
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
            !only_has(label, "-")) {
            return false;
        }
    }
    return true;
}

// What Debian's adduser takes (NAME_REGEX in adduser.conf(5)).
bool is_user_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && (is_lower(text[0]) || text[0] == '_') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_lower(c) || is_digit(c) || c == '_' || c == '-';
           });
}

bool is_ssh_key(std::string_view text) {
    constexpr std::array<std::string_view, 4> kTypes = {"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"};
    return text.find('\n') == std::string_view::npos && text.find(' ') != std::string_view::npos &&
           std::any_of(kTypes.begin(), kTypes.end(), [&](std::string_view type) {
               return text.find(type) != std::string_view::npos;
           });
}

// A place to mount at: absolute, in its shortest form, not the root.
bool is_mount_point(std::string_view text) {
    return text.size() > 1 && text.front() == '/' && text.back() != '/' &&
           text.find("//") == std::string_view::npos && text.find("/.") == std::string_view::npos &&
           only_has(text, "/._-+@:");
}

// ext4 and GRUB write 16 bytes of a label, XFS 12.
std::size_t longest_label(const std::string& file_system) {
    return file_system == "xfs" ? 12 : 16;
}

class RootfsCheck {
public:
    RootfsCheck(const RootfsOptions& values, const CheckContext& context)
        : context_(context), values_(values) {}

    void check_packages() {
        for (std::size_t i = 0; i < values_.packages.size(); ++i) {
            if (!is_package(values_.packages[i])) {
                error(
                    "packages",
                    "packages[" + std::to_string(i) + "]: \"" + values_.packages[i] +
                        "\" is no name of a package",
                    "\"name\", \"name=version\" or \"name/suite\""
                );
            }
        }
        if (values_.mirror && values_.mirror->find("://") == std::string::npos) {
            error("mirror", "mirror must be an address such as http://host/debian");
        }
        if (values_.keyring) {
            check_local_file("keyring", *values_.keyring, context_);
        }
        for (std::size_t i = 0; i < values_.sources.size(); ++i) {
            if (!values_.sources[i].starts_with("deb ") &&
                !values_.sources[i].starts_with("deb\t")) {
                error(
                    "sources",
                    "sources[" + std::to_string(i) + "] is no apt source",
                    "\"deb [signed-by=KEYRING] ADDRESS SUITE COMPONENT\""
                );
            }
        }
        if (values_.suite.empty() || !only_has(values_.suite, "-.")) {
            error("suite", "\"" + values_.suite + "\" is no name of a suite");
        }
    }

    void check_names() {
        if (!is_hostname(values_.hostname)) {
            error("hostname", "\"" + values_.hostname + "\" is no host name");
        }
        if (values_.timezone.empty() || !only_has(values_.timezone, "/_+-") ||
            values_.timezone.front() == '/') {
            error("timezone", "\"" + values_.timezone + "\" is no time zone", "\"Etc/UTC\"");
        }
        if (values_.locale.empty() || !only_has(values_.locale, "_.@-")) {
            error("locale", "\"" + values_.locale + "\" is no locale", "\"C.UTF-8\"");
        }
    }

    void check_boot() {
        if (values_.kernel && *values_.kernel != "none" && !is_package(*values_.kernel)) {
            error("kernel", "\"" + *values_.kernel + "\" is no name of a package");
        }
        if (values_.kernel && *values_.kernel == "none" && values_.bootloader != "none") {
            error(
                values_.bootloader == "grub" && !context_.is_set("bootloader") ? "kernel"
                                                                               : "bootloader",
                "a boot loader without a kernel has nothing to load",
                "set bootloader = \"none\" too"
            );
        }
        if (values_.bootloader == "none" && !values_.kernel_command_line.empty()) {
            error(
                "kernel_command_line", "without a boot loader nothing reads a kernel command line"
            );
        }
        for (const std::string& argument : values_.kernel_command_line) {
            if (argument.find_first_of("\n\r\"'`$\\") != std::string::npos) {
                error(
                    "kernel_command_line",
                    "\"" + argument + "\" has a character that GRUB's settings cannot hold",
                    "no quotes, dollar signs, backslashes and newlines"
                );
            }
        }
        for (const std::string& module : values_.initramfs_modules) {
            if (module.empty() || !only_has(module, "_-")) {
                error("initramfs_modules", "\"" + module + "\" is no name of a kernel module");
            }
        }
    }

    void check_users() {
        std::set<std::string> names;
        for (std::size_t i = 0; i < values_.users.size(); ++i) {
            const RootfsUser& user = values_.users[i];
            const std::string path = "user[" + std::to_string(i) + "].";
            if (!is_user_name(user.name)) {
                error(path + "name", "\"" + user.name + "\" is no name for a user");
            } else if (!names.insert(user.name).second) {
                error(path + "name", "a second user \"" + user.name + "\"");
            }
            for (const std::string& group : user.groups) {
                if (!is_user_name(group)) {
                    error(path + "groups", "\"" + group + "\" is no name of a group");
                }
            }
            for (const std::string& key : user.ssh_authorized_keys) {
                if (!is_ssh_key(trim(key))) {
                    error(
                        path + "ssh_authorized_keys", "not a public key as ~/.ssh/id_*.pub holds it"
                    );
                }
            }
            if (!user.shell.starts_with('/') || !only_has(user.shell, "/_+-.")) {
                error(path + "shell", "shell must be an absolute path");
            }
            if (user.password_hash && (!user.password_hash->starts_with('$') ||
                                       !only_has(*user.password_hash, "$./=,"))) {
                error(
                    path + "password_hash",
                    "not a hash as crypt(5) writes it",
                    "mkpasswd makes one; a password in clear is not taken"
                );
            }
        }
    }

    void check_disks() {
        mounts_ = {"/boot/efi", "/boot", "/usr", "/etc", "/dev", "/proc", "/sys", "/run"};
        for (std::size_t i = 0; i < values_.extra_partitions.size(); ++i) {
            check_place(values_.extra_partitions[i], "extra_partition[" + std::to_string(i) + "].");
        }
        for (std::size_t i = 0; i < values_.extra_disks.size(); ++i) {
            check_place(values_.extra_disks[i], "extra_disk[" + std::to_string(i) + "].");
        }
        if (values_.disk_size && values_.disk_size->bytes < 64 * kMiB) {
            error("disk_size", "disk_size of less than 64 MiB holds no system");
        }
        if (values_.esp_size.bytes < 33 * kMiB) {
            error("esp_size", "FAT32 needs 33 MiB or more");
        }
    }

    void check_output() {
        if (values_.formats.empty()) {
            error("formats", "at least one format is needed");
        }
        const bool makes_disks = std::any_of(
            values_.formats.begin(),
            values_.formats.end(),
            [](const std::string& format) { return format != "tar"; }
        );
        if (!makes_disks && !values_.formats.empty() && !values_.extra_disks.empty()) {
            error(
                "extra_disk[0].name",
                "an extra_disk is written in the formats of disks, and there is only \"tar\"",
                "add \"raw\" to formats, or leave extra_disk out: the archive has its files too"
            );
        }
        if (values_.image_name &&
            (values_.image_name->empty() || *values_.image_name == "." ||
             *values_.image_name == ".." || values_.image_name->find('/') != std::string::npos)) {
            error("image_name", "image_name is a file name without a folder");
        }
    }

private:
    void error(const std::string& option, std::string summary, std::string hint = {}) {
        context_.error(option, std::move(summary), std::move(hint));
    }

    template <class Place>
    void check_place(const Place& place, const std::string& path) {
        if (place.name.empty() || !only_has(place.name, "_-.") ||
            !names_.insert(place.name).second) {
            error(
                path + "name",
                "\"" + place.name + "\" must be unique and of letters, digits, '-', '_' and '.'"
            );
        }
        if (place.size.bytes < 16 * kMiB) {
            error(path + "size", "a file system needs 16 MiB or more");
        }
        const std::size_t longest = longest_label(place.filesystem);
        const std::string& label = place.label ? *place.label : place.name;
        if (place.filesystem != "none" && label.size() > longest) {
            error(
                place.label ? path + "label" : path + "name",
                "\"" + label + "\" is too long a label for " + place.filesystem + ": " +
                    std::to_string(longest) + " bytes at most"
            );
        }
        if (!place.mount_point) {
            return;
        }
        if (!is_mount_point(*place.mount_point)) {
            error(path + "mount_point", "\"" + *place.mount_point + "\" is no place to mount at");
        } else if (!mounts_.insert(*place.mount_point).second) {
            error(
                path + "mount_point", "something is mounted at " + *place.mount_point + " already"
            );
        }
        if (place.filesystem == "none") {
            error(path + "mount_point", "a disk without a file system cannot be mounted");
        }
        if (place.mount_options.find_first_of(" \t\n") != std::string::npos) {
            error(path + "mount_options", "mount options are parted by commas, without blanks");
        }
    }

    const CheckContext& context_;
    const RootfsOptions& values_;
    std::set<std::string> names_;
    std::set<std::string> mounts_;
};

template <void (RootfsCheck::*kCheck)()>
void checked(const RootfsOptions& values, const CheckContext& context) {
    (RootfsCheck(values, context).*kCheck)();
}

}  // namespace

const OptionTable& RootfsUser::options() {
    using O = RootfsUser;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "login name", .required = true}),
        option<&O::groups>("groups", {.help = "further groups, made when they are missing"}),
        option<&O::ssh_authorized_keys>(
            "ssh_authorized_keys", {.help = "public keys that may log in"}
        ),
        option<&O::shell>("shell", {.help = "login shell"}),
        option<&O::sudo>("sudo", {.help = "may become root without a password"}),
        option<&O::password_hash>(
            "password_hash",
            {.help = "as crypt(5) writes it; without it the password is locked", .secret = true}
        ),
    });
    return table;
}

const OptionTable& RootfsPartition::options() {
    using O = RootfsPartition;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "name of the partition", .required = true}),
        option<&O::size>("size", {.help = "size of the partition", .required = true}),
        option<&O::filesystem>("filesystem", {.help = "file system", .allowed = {"ext4", "xfs"}}),
        option<&O::label>(
            "label", {.help = "label of the file system", .default_text = "the name"}
        ),
        option<&O::mount_point>("mount_point", {.help = "where it is mounted"}),
        option<&O::mount_options>("mount_options", {.help = "options of the mount"}),
    });
    return table;
}

const OptionTable& RootfsDisk::options() {
    using O = RootfsDisk;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "name of the disk", .required = true}),
        option<&O::size>("size", {.help = "size of the disk", .required = true}),
        option<&O::filesystem>(
            "filesystem", {.help = "file system", .allowed = {"ext4", "xfs", "none"}}
        ),
        option<&O::label>(
            "label", {.help = "label of the file system", .default_text = "the name"}
        ),
        option<&O::mount_point>("mount_point", {.help = "where it is mounted"}),
        option<&O::mount_options>("mount_options", {.help = "options of the mount"}),
    });
    return table;
}

const OptionTable& RootfsOptions::options() {
    using O = RootfsOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::distribution>(
            "distribution", {.help = "distribution", .allowed = {"debian", "ubuntu"}}
        ),
        option<&O::suite>("suite", {.help = "release of the distribution"}),
        option<&O::mirror>(
            "mirror",
            {.help = "address of the packages", .default_text = "the host's own apt sources"}
        ),
        option<&O::keyring>(
            "keyring",
            {.help = "file with the keys that sign the packages' lists",
             .default_text = "the host's own"}
        ),
        option<&O::sources>("sources", {.help = "further apt sources, each as one line of text"}),
        option<&O::components>("components", {.help = "components of the archive"}),
        option<&O::packages>(
            "packages", {.help = "packages to install, besides the essential and required ones"}
        ),
        option<&O::include_recommends>(
            "include_recommends", {.help = "also install what packages recommend"}
        ),
        option<&O::architecture>(
            "architecture", {.help = "architecture of the image", .default_text = "the host's"}
        ),
        option<&O::bootstrap_method>(
            "bootstrap_method",
            {.help = "who unpacks the packages: kiln, or dpkg through mmdebstrap",
             .allowed = {"unpack", "mmdebstrap"}}
        ),
        option<&O::kernel>(
            "kernel",
            {.help = "package of the kernel, or \"none\"",
             .default_text = "the one that packages names, or that for virtual machines"}
        ),
        option<&O::bootloader>(
            "bootloader", {.help = "what starts the kernel", .allowed = {"grub", "none"}}
        ),
        option<&O::kernel_command_line>("kernel_command_line", {.help = "arguments of the kernel"}),
        option<&O::initramfs_modules>(
            "initramfs_modules", {.help = "drivers that the initramfs must hold"}
        ),
        option<&O::hostname>("hostname", {.help = "host name of the image"}),
        option<&O::timezone>("timezone", {.help = "time zone of the image"}),
        option<&O::locale>("locale", {.help = "LANG of the image"}),
        option<&O::users>("user", {.help = "a user of the image"}),
        option<&O::disk_size>(
            "disk_size", {.help = "size of the image", .default_text = "as large as needed"}
        ),
        option<&O::disk_free>(
            "disk_free", {.help = "space left free when the size follows from the content"}
        ),
        option<&O::filesystem>(
            "filesystem", {.help = "root file system", .allowed = {"ext4", "xfs"}}
        ),
        option<&O::esp_size>("esp_size", {.help = "size of the EFI system partition"}),
        option<&O::extra_partitions>("extra_partition", {.help = "a further partition"}),
        option<&O::extra_disks>("extra_disk", {.help = "a further disk image"}),
        option<&O::formats>(
            "formats",
            {.help = "formats to write; \"tar\" is the root file system as an archive, and no disk",
             .allowed = {"raw", "qcow2", "vmdk", "vhd", "tar"}}
        ),
        option<&O::output_directory>(
            "output_directory",
            {.help = "folder to write images to", .default_text = "\"output-NAME\""}
        ),
        option<&O::image_name>(
            "image_name",
            {.help = "file name of images without ending", .default_text = "the name of the source"}
        ),
        rule<&checked<&RootfsCheck::check_packages>>("Packages, suite, mirror and apt sources are "
                                                     "spelt as apt takes them; a `keyring` exists."
        ),
        rule<&checked<&RootfsCheck::check_names>>(
            "`hostname`, `timezone` and `locale` are spelt as the system takes them."
        ),
        rule<&checked<&RootfsCheck::check_boot>>(
            "`kernel = \"none\"` goes with `bootloader = \"none\"`; a `kernel_command_line` needs "
            "a "
            "boot loader, and holds no quotes, `$`, backslashes and newlines."
        ),
        rule<&checked<&RootfsCheck::check_users>>(
            "Users have different names; keys are public keys; a password is a hash of crypt(5)."
        ),
        rule<&checked<&RootfsCheck::check_disks>>(
            "Partitions and disks have different names and mount points, and labels that fit their "
            "file system (ext4 16 bytes, XFS 12); a size is 16 MiB or more, that of the whole disk "
            "64 MiB, that of the EFI system partition 33 MiB."
        ),
        rule<&checked<&RootfsCheck::check_output>>(
            "There is at least one format, and one of a disk when there is an `extra_disk`; "
            "`image_name` is a file name without a folder."
        ),
    });
    return table;
}

}  // namespace kiln::plan
