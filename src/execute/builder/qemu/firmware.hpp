#pragma once

#include "execute/build_context.hpp"
#include "plan/options/qemu.hpp"

#include <filesystem>
#include <string>

namespace kiln::exec::qemu {

/// The file with UEFI's code, OVMF's where none is named; "" for a machine that boots with BIOS.
std::string efi_code(const plan::FirmwareOptions& firmware);

/// Throws Error{not_found} for a file of UEFI's that is missing.
void check_firmware(const plan::FirmwareOptions& firmware, const BuildContext& context);

/// Makes UEFI's variables of this machine in `folder`; "" for a machine that boots with BIOS.
std::filesystem::path make_efi_vars(
    const plan::FirmwareOptions& firmware,
    const std::filesystem::path& folder,
    const BuildContext& context
);

}  // namespace kiln::exec::qemu
