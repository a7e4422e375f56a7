#include "plan/options/amazon_chroot.hpp"

#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

namespace kiln::plan {

namespace {

void mounts_have_three_parts(const AmazonChrootOptions& options, const CheckContext& context) {
    for (const std::vector<std::string>& mount : options.chroot_mounts) {
        if (mount.size() != 3) {
            context.error("chroot_mounts", "a mount is a list of type, source and place");
            return;
        }
    }
}

void scratch_is_described(const AmazonChrootOptions& options, const CheckContext& context) {
    if (!options.from_scratch) {
        check_ami_source(options.source_ami, options.source_ami_filter, context);
        return;
    }
    if (options.source_ami || options.source_ami_filter) {
        context.warning("from_scratch", "a source is of no use with \"from_scratch\"");
    }
    const auto need = [&](const char* option, bool given) {
        if (!given) {
            context.error(
                "from_scratch", std::string("\"from_scratch\" needs \"") + option + "\" too"
            );
        }
    };
    need("root_volume_size", options.root_volume_size != 0);
    need("pre_mount_commands", !options.pre_mount_commands.empty());
    need("ami_virtualization_type", options.ami.ami_virtualization_type.has_value());
    need("root_device_name", options.root_device_name.has_value());
    need("ami_block_device_mappings", !options.ami_block_device_mappings.empty());
}

void mappings_go_together(const AmazonChrootOptions& options, const CheckContext& context) {
    const bool mappings = !options.ami_block_device_mappings.empty();
    if (options.from_scratch) {
        return;
    }
    if (mappings && !options.root_device_name) {
        context.error("ami_block_device_mappings", "mappings need \"root_device_name\" too");
    } else if (!mappings && options.root_device_name) {
        context.error("root_device_name", "it needs \"ami_block_device_mappings\" too");
    } else if (mappings && options.root_volume_size == 0) {
        context.error("ami_block_device_mappings", "mappings need \"root_volume_size\" too");
    } else if (mappings) {
        context.warning(
            "ami_block_device_mappings", "these replace all mappings of the source AMI"
        );
    }
}

void root_key_encrypts(const AmazonChrootOptions& options, const CheckContext& context) {
    if (!options.root_volume_kms_key_id || options.from_scratch) {
        return;
    }
    const std::string& key = *options.root_volume_kms_key_id;
    if (options.root_volume_encrypt_boot == false) {
        context.error(
            "root_volume_kms_key_id",
            "a volume with a key is encrypted",
            "set root_volume_encrypt_boot = true"
        );
    } else if (options.root_volume_encrypt_boot == true && !is_unknown(key) && !is_kms_key(key)) {
        context.error("root_volume_kms_key_id", "\"" + key + "\" is no key of KMS");
    }
}

}  // namespace

const OptionTable& AmazonChrootOptions::options() {
    using O = AmazonChrootOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::ami>(),
        option<&O::source_ami>("source_ami", {.help = "AMI to start from"}),
        option<&O::source_ami_filter>("source_ami_filter", {.help = "look the AMI up"}),
        option<&O::from_scratch>("from_scratch", {.help = "start with an empty volume"}),
        option<&O::ami_block_device_mappings>(
            "ami_block_device_mappings", {.help = "volumes that instances of the AMI get"}
        ),
        option<&O::root_device_name>("root_device_name", {.help = "name of the AMI's root volume"}),
        option<&O::root_volume_size>(
            "root_volume_size",
            {.help = "size of the root volume in GiB", .default_text = "the source's"}
        ),
        option<&O::root_volume_type>(
            "root_volume_type", {.help = "kind of the root volume", .default_text = "the source's"}
        ),
        option<&O::root_volume_encrypt_boot>(
            "root_volume_encrypt_boot", {.help = "encrypt the volume while it is filled"}
        ),
        option<&O::root_volume_kms_key_id>(
            "root_volume_kms_key_id", {.help = "key to encrypt it with"}
        ),
        option<&O::root_volume_tags>(
            "root_volume_tags", {.help = "tags of the volume", .render = Render::at_run}
        ),
        option<&O::root_volume_tag>("root_volume_tag", {.help = "one of them as a block"}),
        option<&O::device_path>(
            "device_path", {.help = "where to attach the volume", .default_text = "a free one"}
        ),
        option<&O::nvme_device_path>(
            "nvme_device_path", {.help = "where the attached volume shows up, on NVMe instances"}
        ),
        option<&O::mount_path>(
            "mount_path", {.help = "where to mount it; knows .Device", .render = Render::at_run}
        ),
        option<&O::mount_partition>(
            "mount_partition", {.help = "partition to mount; \"0\" is the whole volume"}
        ),
        option<&O::mount_options>("mount_options", {.help = "options of the mount"}),
        option<&O::chroot_mounts>(
            "chroot_mounts",
            {.help = "what to mount inside, each as type, source and place",
             .default_text = "proc, /sys, /dev, /dev/pts, binfmt_misc"}
        ),
        option<&O::command_wrapper>(
            "command_wrapper",
            {.help = "how a command is run here; knows .Command", .render = Render::at_run}
        ),
        option<&O::copy_files>(
            "copy_files",
            {.help = "files to copy into the volume", .default_text = "`[\"/etc/resolv.conf\"]`"}
        ),
        option<&O::pre_mount_commands>(
            "pre_mount_commands",
            {.help = "commands to run before mounting; know .Device", .render = Render::at_run}
        ),
        option<&O::post_mount_commands>(
            "post_mount_commands",
            {.help = "commands to run afterwards; know .Device and .MountPath",
             .render = Render::at_run}
        ),
        include<&O::registration>(),
        rule<&mounts_have_three_parts>("Each of `chroot_mounts` is a list of three."),
        rule<&scratch_is_described>(
            "`from_scratch` needs `root_volume_size`, `pre_mount_commands`, "
            "`ami_virtualization_type`, `root_device_name` and `ami_block_device_mappings`; "
            "without it a source is required."
        ),
        rule<&mappings_go_together>("Without `from_scratch`, `ami_block_device_mappings` and "
                                    "`root_device_name` need each other and `root_volume_size`."),
        rule<&root_key_encrypts>(
            "`root_volume_kms_key_id` excludes `root_volume_encrypt_boot = false`."
        ),
    });
    return table;
}

}  // namespace kiln::plan
