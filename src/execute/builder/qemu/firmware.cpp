#include "execute/builder/qemu/firmware.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec::qemu {

namespace {

// Of the Debian package ovmf.
constexpr const char* kOvmfCode = "/usr/share/OVMF/OVMF_CODE.fd";
constexpr const char* kOvmfVars = "/usr/share/OVMF/OVMF_VARS.fd";

}  // namespace

std::string efi_code(const plan::FirmwareOptions& firmware) {
    return firmware.efi_boot ? firmware.efi_firmware_code.value_or(kOvmfCode) : "";
}

void check_firmware(const plan::FirmwareOptions& firmware, const BuildContext& context) {
    if (!firmware.efi_boot) {
        return;
    }
    for (const auto& [option, file] :
         {std::pair{"efi_firmware_code", efi_code(firmware)},
          std::pair{"efi_firmware_vars", firmware.efi_firmware_vars.value_or(kOvmfVars)}}) {
        if (!context.effects.files.status_followed(file)) {
            throw Error(
                ErrorKind::not_found,
                std::string(option) + " " + file + " does not exist",
                context.build.builder.options.range_of(option)
            )
                .set_hint("install the Debian package ovmf");
        }
    }
}

std::filesystem::path make_efi_vars(
    const plan::FirmwareOptions& firmware,
    const std::filesystem::path& folder,
    const BuildContext& context
) {
    if (!firmware.efi_boot) {
        return {};
    }
    constexpr unsigned kMode = 0644;
    const std::filesystem::path vars = folder / "efivars.fd";
    std::filesystem::copy_file(firmware.efi_firmware_vars.value_or(kOvmfVars), vars);
    context.effects.files.set_mode(vars, kMode);
    return vars;
}

}  // namespace kiln::exec::qemu
