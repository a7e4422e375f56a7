#include "plan/options/amazon_import.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void firmware_fits(const AmazonImportOptions& options, const CheckContext& context) {
    const bool is_arm = options.architecture == "arm64";
    const std::string boot_mode = options.boot_mode.value_or(is_arm ? "uefi" : "legacy-bios");
    if (is_arm && boot_mode == "legacy-bios") {
        context.error("boot_mode", "arm64 boots with \"uefi\" only");
    }
    if (boot_mode == "uefi" && !options.platform) {
        context.error("boot_mode", "an image that boots with UEFI needs option \"platform\"");
    }
}

}  // namespace

const OptionTable& AmazonImportOptions::options() {
    using O = AmazonImportOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        option<&O::s3_bucket_name>(
            "s3_bucket_name", {.help = "bucket to upload the image to", .required = true}
        ),
        option<&O::s3_key_name>(
            "s3_key_name",
            {.help = "name of the upload",
             .render = Render::at_run,
             .default_text = "\"packer-import-{{timestamp}}.FORMAT\""}
        ),
        option<&O::s3_encryption>(
            "s3_encryption",
            {.help = "how the upload is encrypted", .allowed = {"AES256", "aws:kms"}}
        ),
        option<&O::s3_encryption_key>("s3_encryption_key", {.help = "key to encrypt it with"}),
        option<&O::skip_clean>("skip_clean", {.help = "leave the upload in the bucket"}),
        option<&O::format>(
            "format",
            {.help = "format of the image", .allowed = {"ova", "raw", "vhd", "vhdx", "vmdk"}}
        ),
        option<&O::architecture>("architecture", {.help = "architecture of the AMI"}),
        option<&O::boot_mode>(
            "boot_mode",
            {.help = "firmware of the machine",
             .allowed = {"legacy-bios", "uefi"},
             .default_text = "\"legacy-bios\", on arm64 \"uefi\""}
        ),
        option<&O::platform>(
            "platform", {.help = "system in the image", .allowed = {"linux", "windows"}}
        ),
        option<&O::role_name>(
            "role_name",
            {.help = "role that lets EC2 read the bucket", .default_text = "\"vmimport\""}
        ),
        option<&O::license_type>("license_type", {.help = "licence of the system"}),
        option<&O::ami_name>("ami_name", {.help = "name of the AMI", .default_text = "EC2's own"}),
        option<&O::ami_description>("ami_description", {.help = "description of the AMI"}),
        option<&O::ami_users>("ami_users", {.help = "accounts that may launch it"}),
        option<&O::ami_groups>(
            "ami_groups", {.help = "groups that may launch it; \"all\" is everybody"}
        ),
        option<&O::ami_org_arns>("ami_org_arns", {.help = "organizations that may launch it"}),
        option<&O::ami_ou_arns>("ami_ou_arns", {.help = "organizational units that may launch it"}),
        option<&O::ami_encrypt>("ami_encrypt", {.help = "encrypt the AMI"}),
        option<&O::ami_kms_key>("ami_kms_key", {.help = "key to encrypt it with"}),
        option<&O::imds_support>(
            "imds_support",
            {.help = "what instances of it ask of the metadata service", .allowed = {"v2.0"}}
        ),
        option<&O::tags>("tags", {.help = "tags of the AMI and its snapshot"}),
        rule<&firmware_fits>("`arm64` boots with `uefi`; `uefi` needs a `platform`."),
    });
    return table;
}

}  // namespace kiln::plan
