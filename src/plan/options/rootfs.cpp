#include "plan/options/rootfs.hpp"

namespace kiln::plan {

const OptionTable& RootfsUser::options() {
    using O = RootfsUser;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "login name", .required = true}),
        option<&O::groups>("groups", {.help = "further groups"}),
        option<&O::ssh_authorized_keys>(
            "ssh_authorized_keys", {.help = "public keys that may log in"}
        ),
        option<&O::shell>("shell", {.help = "login shell"}),
        option<&O::sudo>("sudo", {.help = "may become root without a password"}),
        option<&O::password_hash>(
            "password_hash", {.help = "as crypt(5) writes it", .secret = true}
        ),
    });
    return table;
}

const OptionTable& RootfsPartition::options() {
    using O = RootfsPartition;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "name and file system label", .required = true}),
        option<&O::size>("size", {.help = "size of the partition", .required = true}),
        option<&O::filesystem>("filesystem", {.help = "file system", .allowed = {"ext4", "xfs"}}),
        option<&O::mount_point>("mount_point", {.help = "where it is mounted"}),
        option<&O::mount_options>("mount_options", {.help = "options of the mount"}),
    });
    return table;
}

const OptionTable& RootfsDisk::options() {
    using O = RootfsDisk;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "name and file system label", .required = true}),
        option<&O::size>("size", {.help = "size of the disk", .required = true}),
        option<&O::filesystem>("filesystem", {.help = "file system", .allowed = {"ext4", "xfs"}}),
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
        option<&O::components>("components", {.help = "components of the archive"}),
        option<&O::packages>("packages", {.help = "packages to install"}),
        option<&O::architecture>(
            "architecture", {.help = "architecture of the image", .default_text = "the host's"}
        ),
        option<&O::disk_size>(
            "disk_size", {.help = "size of the image", .default_text = "as large as needed"}
        ),
        option<&O::formats>(
            "formats", {.help = "formats to write", .allowed = {"raw", "qcow2", "vmdk", "vhd"}}
        ),
        option<&O::filesystem>(
            "filesystem", {.help = "root file system", .allowed = {"ext4", "xfs"}}
        ),
        option<&O::kernel_command_line>("kernel_command_line", {.help = "arguments of the kernel"}),
        option<&O::hostname>("hostname", {.help = "host name of the image"}),
        option<&O::output_directory>(
            "output_directory",
            {.help = "folder to write images to", .default_text = "\"output-NAME\""}
        ),
        option<&O::image_name>("image_name", {.help = "file name of images without ending"}),
        option<&O::users>("user", {.help = "a user of the image"}),
        option<&O::extra_partitions>("extra_partition", {.help = "a further partition"}),
        option<&O::extra_disks>("extra_disk", {.help = "a further disk image"}),
    });
    return table;
}

void RootfsOptions::check(const DecodedOptions& /*options*/, const CheckContext& /*context*/) {}

}  // namespace kiln::plan
