#include "plan/options/aws_registration.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void variables_need_uefi(const RegistrationOptions& options, const CheckContext& context) {
    const bool boots_with_bios = options.boot_mode ? options.boot_mode == "legacy-bios"
                                                   : options.ami_architecture != "arm64";
    if (options.uefi_data && boots_with_bios) {
        context.error(
            "uefi_data", "firmware variables are of UEFI only", "set boot_mode = \"uefi\""
        );
    }
}

}  // namespace

const OptionTable& RegistrationOptions::options() {
    using O = RegistrationOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"aws-registration", "Machine that an AMI needs"},
        option<&O::ami_architecture>(
            "ami_architecture",
            {.help = "architecture of the AMI",
             .allowed = {"arm64", "arm64_mac", "i386", "x86_64", "x86_64_mac"}}
        ),
        option<&O::boot_mode>(
            "boot_mode",
            {.help = "firmware of the machine",
             .allowed = {"legacy-bios", "uefi", "uefi-preferred"},
             .default_text = "the instance type's"}
        ),
        option<&O::uefi_data>("uefi_data", {.help = "variables of the firmware, as base64"}),
        option<&O::tpm_support>("tpm_support", {.help = "version of the TPM", .allowed = {"v2.0"}}),
        rule<&variables_need_uefi>(
            "`uefi_data` needs `boot_mode = \"uefi\"`, or an `arm64` AMI without a boot mode."
        ),
    });
    return table;
}

}  // namespace kiln::plan
