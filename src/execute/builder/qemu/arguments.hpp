#pragma once

#include "plan/options/qemu.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// A disk of the machine.
struct VmDisk {
    std::filesystem::path file;
    std::string format;  ///< "qcow2", "raw"

    bool operator==(const VmDisk&) const = default;
};

/// All that QEMU's arguments depend on besides the options.
struct VmParts {
    std::string name;         ///< of the machine
    std::string accelerator;  ///< "" leaves it to QEMU
    std::vector<VmDisk> disks;
    std::vector<std::filesystem::path> cdroms;  ///< the installer's first
    std::filesystem::path floppy;               ///< "" for none
    std::filesystem::path efi_code;             ///< "" without UEFI
    std::filesystem::path efi_vars;
    std::filesystem::path tpm_socket;  ///< "" without a TPM
    int ssh_host_port = 0;             ///< 0: no port leads into the machine
    int vnc_port = 0;                  ///< 0: no screen is served
    std::string display = "none";      ///< "" leaves it to QEMU
    std::string mac;                   ///< of the network device; "" is QEMU's own
    std::filesystem::path user_qmp;    ///< where the template wants a control socket, or ""
    std::filesystem::path own_qmp;     ///< kiln's control socket
    bool has_serial_log = true;        ///< kiln listens to the serial port

    bool operator==(const VmParts&) const = default;
};

/// Entries of `qemuargs` with their texts rendered.
using QemuArgs = std::vector<std::vector<std::string>>;

/// Arguments of QEMU, the program's name not among them. An entry of `qemuargs` stands in place of
/// all of kiln's own arguments of that switch; its values are joined. kiln's control socket and
/// its ear at the serial port are added to whatever comes out. Pure.
std::vector<std::string> qemu_arguments(
    const plan::QemuOptions& options, const VmParts& parts, const QemuArgs& qemuargs
);

/// Whether the template gives arguments of this switch ("-drive") itself.
bool replaces(const QemuArgs& qemuargs, const std::string& name);

/// The id of the chardev that keeps the end of what the serial port says.
inline constexpr const char* kSerialId = "kiln-serial";

}  // namespace kiln::exec::qemu
