#pragma once

#include "plan/option_table.hpp"
#include "plan/options/communicator.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// The image that the machine boots from.
struct IsoOptions {
    std::optional<std::string> iso_url;
    std::vector<std::string> iso_urls;
    std::optional<std::string> iso_checksum;
    std::optional<std::string> iso_target_path;
    std::string iso_target_extension = "iso";
    bool iso_skip_cache = false;

    bool operator==(const IsoOptions&) const = default;

    static const OptionTable& options();
};

/// The server that the machine can fetch files from while it installs.
struct HttpServerOptions {
    std::optional<std::string> http_directory;
    std::map<std::string, std::string> http_content;
    std::int64_t http_port_min = 8000;
    std::int64_t http_port_max = 9000;
    std::optional<std::string> http_bind_address;
    std::optional<std::string> http_interface;
    std::string http_network_protocol = "tcp";

    bool operator==(const HttpServerOptions&) const = default;

    static const OptionTable& options();
};

/// Disks with files for the installer.
struct MediaOptions {
    std::vector<std::string> floppy_files;
    std::vector<std::string> floppy_dirs;
    std::map<std::string, std::string> floppy_content;
    std::optional<std::string> floppy_label;
    std::vector<std::string> cd_files;
    std::map<std::string, std::string> cd_content;
    std::optional<std::string> cd_label;

    bool operator==(const MediaOptions&) const = default;

    static const OptionTable& options();
};

/// What is typed at the console.
struct BootOptions {
    std::vector<std::string> boot_command;
    std::vector<std::vector<std::string>> boot_steps;
    std::chrono::nanoseconds boot_wait = std::chrono::seconds(10);
    std::chrono::nanoseconds boot_key_interval{0};
    std::chrono::nanoseconds boot_keygroup_interval{0};
    bool disable_vnc = false;

    bool operator==(const BootOptions&) const = default;

    static const OptionTable& options();
};

/// Firmware and TPM of the machine.
struct FirmwareOptions {
    std::optional<std::string> firmware;
    bool use_pflash = false;
    bool efi_boot = false;
    std::optional<std::string> efi_firmware_code;
    std::optional<std::string> efi_firmware_vars;
    bool efi_drop_efivars = false;
    bool vtpm = false;
    bool use_tpm1 = false;
    std::string tpm_device_type = "tpm-tis";

    bool operator==(const FirmwareOptions&) const = default;

    static const OptionTable& options();
};

/// Further arguments of qemu-img.
struct QemuImgOptions {
    std::vector<std::string> convert;
    std::vector<std::string> create;
    std::vector<std::string> resize;

    bool operator==(const QemuImgOptions&) const = default;

    static const OptionTable& options();
};

/// Builder `qemu`: a disk image that a virtual machine has filled.
struct QemuOptions {
    IsoOptions iso;
    bool disk_image = false;
    bool use_backing_file = false;
    bool skip_resize_disk = false;
    std::string disk_size = "40960M";
    std::vector<std::string> disk_additional_size;
    std::string format = "qcow2";
    std::optional<std::string> output_directory;
    std::optional<std::string> vm_name;
    std::optional<std::string> accelerator;
    std::string machine_type = "pc";
    std::optional<std::string> cpu_model;
    std::int64_t cpus = 0;
    std::int64_t sockets = 0;
    std::int64_t cores = 0;
    std::int64_t threads = 0;
    std::int64_t memory = 512;
    std::string disk_interface = "virtio";
    std::string disk_cache = "writeback";
    std::string disk_discard = "ignore";
    std::string disk_detect_zeroes = "off";
    bool disk_compression = false;
    bool skip_compaction = false;
    std::optional<std::string> cdrom_interface;
    std::string net_device = "virtio-net";
    std::optional<std::string> net_bridge;
    std::optional<std::string> vga;
    bool headless = false;
    std::optional<std::string> display;
    bool use_default_display = false;
    std::string vnc_bind_address = "127.0.0.1";
    std::int64_t vnc_port_min = 5900;
    std::int64_t vnc_port_max = 6000;
    bool vnc_use_password = false;
    std::optional<std::string> vnc_password;
    bool qmp_enable = false;
    std::optional<std::string> qmp_socket_path;
    std::int64_t host_port_min = 2222;
    std::int64_t host_port_max = 4444;
    bool skip_nat_mapping = false;
    std::optional<std::string> shutdown_command;
    std::chrono::nanoseconds shutdown_timeout = std::chrono::minutes(5);
    std::string qemu_binary = "qemu-system-x86_64";
    std::vector<std::vector<std::string>> qemuargs;
    std::optional<QemuImgOptions> qemu_img_args;
    bool run_once = false;
    HttpServerOptions http;
    MediaOptions media;
    BootOptions boot;
    FirmwareOptions firmware_options;
    CommunicatorOptions communicator;

    bool operator==(const QemuOptions&) const = default;

    /// Why this host cannot run it whatever is installed, or "".
    std::string obstacle() const { return communicator.obstacle(); }

    static const OptionTable& options();
};

}  // namespace kiln::plan
