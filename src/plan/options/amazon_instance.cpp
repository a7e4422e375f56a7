#include "plan/options/amazon_instance.hpp"

#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

namespace kiln::plan {

namespace {

void certificate_exists(const AmazonInstanceOptions& options, const CheckContext& context) {
    check_local_file("x509_cert_path", options.x509_cert_path, context);
    check_local_file("x509_key_path", options.x509_key_path, context);
}

}  // namespace

const OptionTable& AmazonInstanceOptions::options() {
    using O = AmazonInstanceOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::ami>(),
        include<&O::instance>(),
        option<&O::ami_block_device_mappings>(
            "ami_block_device_mappings", {.help = "volumes that instances of the AMI get"}
        ),
        option<&O::launch_block_device_mappings>(
            "launch_block_device_mappings", {.help = "volumes of the instance while it is built"}
        ),
        option<&O::account_id>(
            "account_id", {.help = "account that owns the AMI", .required = true}
        ),
        option<&O::s3_bucket>(
            "s3_bucket", {.help = "bucket to upload the bundle to", .required = true}
        ),
        option<&O::x509_cert_path>(
            "x509_cert_path", {.help = "certificate that signs the bundle", .required = true}
        ),
        option<&O::x509_key_path>("x509_key_path", {.help = "its private key", .required = true}),
        option<&O::x509_upload_path>(
            "x509_upload_path", {.help = "where they lie on the instance"}
        ),
        option<&O::bundle_destination>("bundle_destination", {.help = "where the bundle is made"}),
        option<&O::bundle_prefix>("bundle_prefix", {.help = "how the bundle's files are named"}),
        option<&O::bundle_upload_command>(
            "bundle_upload_command",
            {.help = "command that uploads the bundle",
             .render = Render::at_run,
             .default_text = "ec2-upload-bundle ..."}
        ),
        option<&O::bundle_vol_command>(
            "bundle_vol_command",
            {.help = "command that makes it",
             .render = Render::at_run,
             .default_text = "ec2-bundle-vol ..."}
        ),
        option<&O::tpm_support>("tpm_support", {.help = "version of the TPM", .allowed = {"v2.0"}}),
        rule<&certificate_exists>("`x509_cert_path` and `x509_key_path` exist."),
        spot_is_not_modified<O>(),
    });
    return table;
}

}  // namespace kiln::plan
