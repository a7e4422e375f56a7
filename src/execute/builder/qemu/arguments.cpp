#include "execute/builder/qemu/arguments.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec::qemu {

namespace {

using Argument = std::pair<std::string, std::string>;  // switch and value
using Arguments = std::vector<Argument>;

// What the port leads to when the template's communicator does not say.
constexpr int kGuestSshPort = 22;
// VNC counts its displays from this port on.
constexpr int kFirstVncPort = 5900;

/// A path within a list of key=value: QEMU reads ",," as a comma.
std::string value_of(const std::filesystem::path& path) {
    return replace_all(path.string(), ",", ",,");
}

std::string machine_of(const plan::QemuOptions& options, const VmParts& parts) {
    return "type=" + options.machine_type +
           (parts.accelerator.empty() ? "" : ",accel=" + parts.accelerator);
}

std::string smp_of(const plan::QemuOptions& options) {
    std::string text = std::to_string(options.cpus);
    if (options.sockets == 0 && options.cores == 0 && options.threads == 0) {
        return options.cpus == 0 ? "1" : text;
    }
    text = options.cpus == 0 ? "" : "cpus=" + text;
    for (const auto& [name, count] :
         {std::pair{"sockets", options.sockets},
          std::pair{"cores", options.cores},
          std::pair{"threads", options.threads}}) {
        if (count != 0) {
            text += (text.empty() ? "" : ",") + std::string(name) + "=" + std::to_string(count);
        }
    }
    return text;
}

void add_network(const plan::QemuOptions& options, const VmParts& parts, Arguments& arguments) {
    std::string netdev = "user,id=user.0";
    if (options.net_bridge) {
        netdev = "bridge,id=user.0,br=" + *options.net_bridge;
    } else if (parts.ssh_host_port != 0) {
        // Packer listens on every address of the host; whoever is to log in is on this one.
        const std::int64_t guest_port = options.communicator.ssh.ssh_port;
        netdev += ",hostfwd=tcp:127.0.0.1:" + std::to_string(parts.ssh_host_port) +
                  "-:" + std::to_string(guest_port == 0 ? kGuestSshPort : guest_port);
    }
    arguments.emplace_back("-netdev", netdev);
    arguments.emplace_back(
        "-device",
        options.net_device + ",netdev=user.0" + (parts.mac.empty() ? "" : ",mac=" + parts.mac)
    );
}

void add_disks(const plan::QemuOptions& options, const VmParts& parts, Arguments& arguments) {
    const std::string& interface = options.disk_interface;
    const bool by_device = interface == "virtio-scsi" || interface == "sata";
    if (interface == "virtio-scsi") {
        arguments.emplace_back("-device", "virtio-scsi-pci,id=scsi0");
    } else if (interface == "sata") {
        arguments.emplace_back("-device", "ahci,id=sata0");
    }
    for (std::size_t i = 0; i < parts.disks.size(); ++i) {
        const VmDisk& disk = parts.disks[i];
        const std::string id = "drive" + std::to_string(i);
        std::string drive = "file=" + value_of(disk.file) +
                            ",if=" + (by_device ? "none,id=" + id : interface) +
                            ",cache=" + options.disk_cache + ",discard=" + options.disk_discard +
                            ",format=" + disk.format;
        if (options.disk_detect_zeroes != "off") {
            drive += ",detect-zeroes=" + options.disk_detect_zeroes;
        }
        arguments.emplace_back("-drive", drive);
        if (interface == "virtio-scsi") {
            arguments.emplace_back("-device", "scsi-hd,bus=scsi0.0,drive=" + id);
        } else if (interface == "sata") {
            arguments.emplace_back(
                "-device", "ide-hd,bus=sata0." + std::to_string(i) + ",drive=" + id
            );
        }
    }
}

void add_cdroms(const plan::QemuOptions& options, const VmParts& parts, Arguments& arguments) {
    const std::string interface = options.cdrom_interface.value_or("");
    for (std::size_t i = 0; i < parts.cdroms.size(); ++i) {
        const std::string number = std::to_string(i);
        const std::string file = "file=" + value_of(parts.cdroms[i]);
        if (interface.empty()) {
            arguments.emplace_back("-drive", file + ",media=cdrom");
        } else if (interface == "virtio-scsi") {
            if (options.disk_interface != "virtio-scsi" && i == 0) {
                arguments.emplace_back("-device", "virtio-scsi-pci,id=scsi0");
            }
            arguments.emplace_back("-drive", file + ",if=none,id=cdrom" + number + ",media=cdrom");
            arguments.emplace_back("-device", "scsi-cd,bus=scsi0.0,drive=cdrom" + number);
        } else {
            arguments.emplace_back(
                "-drive",
                file + ",if=" + interface + ",index=" + number + ",id=cdrom" + number +
                    ",media=cdrom"
            );
        }
    }
}

void add_firmware(const plan::QemuOptions& options, const VmParts& parts, Arguments& arguments) {
    if (!parts.efi_code.empty()) {
        arguments.emplace_back(
            "-drive",
            "file=" + value_of(parts.efi_code) + ",if=pflash,unit=0,format=raw,readonly=on"
        );
        arguments.emplace_back(
            "-drive", "file=" + value_of(parts.efi_vars) + ",if=pflash,unit=1,format=raw"
        );
    } else if (options.firmware_options.firmware) {
        const std::string& firmware = *options.firmware_options.firmware;
        if (options.firmware_options.use_pflash) {
            arguments.emplace_back(
                "-drive", "file=" + value_of(firmware) + ",if=pflash,format=raw,readonly=on"
            );
        } else {
            arguments.emplace_back("-bios", firmware);
        }
    }
}

void add_tpm(const plan::QemuOptions& options, const VmParts& parts, Arguments& arguments) {
    if (parts.tpm_socket.empty()) {
        return;
    }
    arguments.emplace_back("-chardev", "socket,id=vtpm,path=" + value_of(parts.tpm_socket));
    arguments.emplace_back("-tpmdev", "emulator,id=tpm0,chardev=vtpm");
    arguments.emplace_back("-device", options.firmware_options.tpm_device_type + ",tpmdev=tpm0");
}

std::string vnc_of(const plan::QemuOptions& options, const VmParts& parts) {
    return options.vnc_bind_address + ":" + std::to_string(parts.vnc_port - kFirstVncPort) +
           (options.vnc_use_password ? ",password=on" : "");
}

Arguments defaults(const plan::QemuOptions& options, const VmParts& parts) {
    Arguments arguments;
    arguments.emplace_back("-name", parts.name);
    arguments.emplace_back("-machine", machine_of(options, parts));
    if (options.cpu_model) {
        arguments.emplace_back("-cpu", *options.cpu_model);
    }
    arguments.emplace_back("-m", std::to_string(options.memory) + "M");
    arguments.emplace_back("-smp", smp_of(options));
    add_network(options, parts, arguments);
    add_firmware(options, parts, arguments);
    add_disks(options, parts, arguments);
    add_cdroms(options, parts, arguments);
    if (!parts.floppy.empty()) {
        arguments.emplace_back("-fda", parts.floppy.string());
    }
    if (parts.efi_code.empty()) {
        arguments.emplace_back("-boot", options.disk_image ? "c" : "once=d");
    }
    add_tpm(options, parts, arguments);
    if (options.vga) {
        arguments.emplace_back("-vga", *options.vga);
    }
    if (parts.vnc_port != 0) {
        arguments.emplace_back("-vnc", vnc_of(options, parts));
    }
    if (!parts.display.empty()) {
        arguments.emplace_back("-display", parts.display);
    }
    if (!parts.user_qmp.empty()) {
        arguments.emplace_back("-qmp", "unix:" + value_of(parts.user_qmp) + ",server=on,wait=off");
    }
    return arguments;
}

void append(std::vector<std::string>& words, const std::string& name, const std::string& value) {
    words.push_back(name);
    if (!value.empty()) {
        words.push_back(value);
    }
}

}  // namespace

bool replaces(const QemuArgs& qemuargs, const std::string& name) {
    return std::any_of(qemuargs.begin(), qemuargs.end(), [&](const auto& entry) {
        return !entry.empty() && entry.front() == name;
    });
}

std::vector<std::string> qemu_arguments(
    const plan::QemuOptions& options, const VmParts& parts, const QemuArgs& qemuargs
) {
    std::vector<std::string> words;
    for (const auto& [name, value] : defaults(options, parts)) {
        if (!replaces(qemuargs, name)) {
            append(words, name, value);
        }
    }
    for (const std::vector<std::string>& entry : qemuargs) {
        append(words, entry.front(), join({entry.begin() + 1, entry.end()}, ""));
    }
    append(
        words,
        "-chardev",
        "socket,id=kiln-control,path=" + value_of(parts.own_qmp) + ",server=on,wait=off"
    );
    append(words, "-mon", "chardev=kiln-control,mode=control");
    // A ring, so that a machine that never stops talking fills nobody's disk.
    if (parts.has_serial_log && !replaces(qemuargs, "-serial") &&
        !replaces(qemuargs, "-nographic")) {
        append(words, "-chardev", std::string("ringbuf,id=") + kSerialId + ",size=65536");
        append(words, "-serial", std::string("chardev:") + kSerialId);
    }
    return words;
}

}  // namespace kiln::exec::qemu
