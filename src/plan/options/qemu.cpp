#include "plan/options/qemu.hpp"

#include "plan/boot_command.hpp"
#include "plan/check.hpp"
#include "plan/options/qemu_rules.hpp"

#include <algorithm>

namespace kiln::plan {

namespace {

void checksum_is_given(const IsoOptions& iso, const CheckContext& context) {
    if (iso.iso_checksum == "none") {
        context.warning(
            "iso_checksum",
            "the image is not checked: whoever can change it owns what is built",
            "write \"sha256:HEX\", or \"file:ADDRESS\" of a list of digests"
        );
    } else if (!iso.iso_checksum && !iso.iso_skip_cache) {
        context.error("", "a digest of the image is needed: \"iso_checksum\"");
    } else if (iso.iso_checksum && iso.iso_checksum->ends_with(':')) {
        context.warning(
            "iso_checksum", "the digest is empty: no image fits it", "write \"sha256:HEX\""
        );
    }
    if (iso.iso_checksum && iso.iso_checksum != "none" && !is_unknown(*iso.iso_checksum)) {
        const std::string problem = checksum_problem(*iso.iso_checksum);
        if (!problem.empty()) {
            context.error("iso_checksum", problem, "write \"sha256:HEX\"");
        }
    }
}

void ports_in_order(
    const char* low,
    std::int64_t from,
    const char* high,
    std::int64_t to,
    const CheckContext& context
) {
    if (from > to) {
        context.error(
            context.is_set(low) ? low : high,
            std::string("\"") + low + "\" is above \"" + high + "\": " + std::to_string(from) +
                " and " + std::to_string(to)
        );
    }
}

void http_ports_are_in_order(const HttpServerOptions& http, const CheckContext& context) {
    ports_in_order(
        "http_port_min", http.http_port_min, "http_port_max", http.http_port_max, context
    );
}

void files_exist(
    const char* option, const std::vector<std::string>& paths, const CheckContext& context
) {
    for (const std::string& path : paths) {
        // A pattern that matches nothing is nothing, not a mistake.
        if (path.find_first_of("*?[") == std::string::npos) {
            check_local_file(option, path, context);
        }
    }
}

void media_exist(const MediaOptions& media, const CheckContext& context) {
    files_exist("floppy_files", media.floppy_files, context);
    files_exist("floppy_dirs", media.floppy_dirs, context);
    files_exist("cd_files", media.cd_files, context);
}

void typing_needs_a_screen(const BootOptions& boot, const CheckContext& context) {
    if (boot.disable_vnc && !boot.boot_command.empty()) {
        context.error("disable_vnc", "without a screen nothing can be typed: \"boot_command\"");
    }
}

/// `where`: "entry 3" of the option's list.
void keys_are_known(
    const std::string& option,
    const std::string& where,
    const std::string& text,
    const CheckContext& context
) {
    if (is_unknown(text)) {
        return;
    }
    for (const BootCommandProblem& problem :
         parse_boot_command(without_text_templates(text)).problems) {
        if (problem.is_error) {
            context.error(option, where + ": " + problem.message, problem.hint);
        } else {
            context.warning(option, where + ": " + problem.message, problem.hint);
        }
    }
}

std::string entry_name(std::size_t index) {
    return "entry " + std::to_string(index + 1);
}

void boot_commands_are_spelt(const BootOptions& boot, const CheckContext& context) {
    for (std::size_t i = 0; i < boot.boot_command.size(); ++i) {
        keys_are_known("boot_command", entry_name(i), boot.boot_command[i], context);
    }
    for (std::size_t i = 0; i < boot.boot_steps.size(); ++i) {
        if (boot.boot_steps[i].empty() || boot.boot_steps[i].size() > 2) {
            context.error(
                "boot_steps",
                entry_name(i) + ": a step is a text to type and, if you like, a description"
            );
            continue;
        }
        keys_are_known("boot_steps", entry_name(i), boot.boot_steps[i].front(), context);
    }
}

void qemuargs_begin_with_a_switch(const QemuOptions& qemu, const CheckContext& context) {
    for (std::size_t i = 0; i < qemu.qemuargs.size(); ++i) {
        const std::vector<std::string>& entry = qemu.qemuargs[i];
        if (entry.empty() || !entry.front().starts_with('-')) {
            context.error(
                "qemuargs",
                entry_name(i) + " must begin with a switch of QEMU",
                "write [\"-cpu\", \"host\"]"
            );
        }
    }
}

void sizes_are_spelt(const QemuOptions& qemu, const CheckContext& context) {
    if (!is_unknown(qemu.disk_size) && !is_disk_size(qemu.disk_size)) {
        context.error("disk_size", "\"" + qemu.disk_size + "\" is no size", "write \"8G\"");
    }
    for (std::size_t i = 0; i < qemu.disk_additional_size.size(); ++i) {
        const std::string& size = qemu.disk_additional_size[i];
        if (!is_unknown(size) && !is_disk_size(size)) {
            context.error("disk_additional_size", "\"" + size + "\" is no size", "write \"8G\"");
        }
    }
}

void backing_files_are_qcow2(const QemuOptions& qemu, const CheckContext& context) {
    if (qemu.use_backing_file && (!qemu.disk_image || qemu.format != "qcow2")) {
        context.error("use_backing_file", "it needs disk_image = true and format = \"qcow2\"");
    }
    if (qemu.skip_resize_disk && !qemu.disk_image) {
        context.error("skip_resize_disk", "it needs disk_image = true");
    }
}

void ports_are_in_order(const QemuOptions& qemu, const CheckContext& context) {
    ports_in_order("vnc_port_min", qemu.vnc_port_min, "vnc_port_max", qemu.vnc_port_max, context);
    if (qemu.host_port_min >= qemu.host_port_max) {
        context.error(
            context.is_set("host_port_min") ? "host_port_min" : "host_port_max",
            "\"host_port_min\" must be below \"host_port_max\""
        );
    }
}

}  // namespace

const OptionTable& IsoOptions::options() {
    using O = IsoOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::iso_url>("iso_url", {.help = "address or path of the image"}),
        option<&O::iso_urls>("iso_urls", {.help = "several, tried in order"}),
        option<&O::iso_checksum>(
            "iso_checksum",
            {.help = "digest of the image: \"sha256:HEX\", \"HEX\", \"file:ADDRESS\", or \"none\""}
        ),
        option<&O::iso_target_path>(
            "iso_target_path", {.help = "where to keep the download", .default_text = "the cache"}
        ),
        option<&O::iso_target_extension>(
            "iso_target_extension", {.help = "its file name's ending there"}
        ),
        option<&O::iso_skip_cache>(
            "iso_skip_cache", {.help = "do not keep the download; its digest is not checked then"}
        ),
        exactly_one({"iso_url", "iso_urls"}),
        rule<&checksum_is_given>(
            "`iso_checksum` is required, unless `iso_skip_cache` is set; `none` is a warning."
        ),
    });
    return table;
}

const OptionTable& HttpServerOptions::options() {
    using O = HttpServerOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::http_directory>("http_directory", {.help = "folder to serve"}),
        option<&O::http_content>(
            "http_content", {.help = "by path: text to serve", .render = Render::at_run}
        ),
        option<&O::http_port_min>(
            "http_port_min", {.help = "lowest port to listen on", .minimum = 1, .maximum = 65535}
        ),
        option<&O::http_port_max>(
            "http_port_max", {.help = "highest port to listen on", .minimum = 1, .maximum = 65535}
        ),
        option<&O::http_bind_address>(
            "http_bind_address",
            {.help = "address to listen on",
             .default_text = "`\"127.0.0.1\"`, with `net_bridge` `\"0.0.0.0\"`"}
        ),
        option<&O::http_interface>("http_interface", {.help = "network interface to listen on"}),
        option<&O::http_network_protocol>(
            "http_network_protocol",
            {.help = "protocol to listen with",
             .allowed = {"tcp", "tcp4", "tcp6", "unix", "unixpacket"}}
        ),
        at_most_one({"http_directory", "http_content"}),
        at_most_one({"http_bind_address", "http_interface"}),
        rule<&http_ports_are_in_order>("`http_port_min` is not above `http_port_max`."),
    });
    return table;
}

const OptionTable& MediaOptions::options() {
    using O = MediaOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::floppy_files>(
            "floppy_files", {.help = "files for the floppy disk; patterns may match nothing"}
        ),
        option<&O::floppy_dirs>("floppy_dirs", {.help = "folders for it"}),
        option<&O::floppy_content>(
            "floppy_content", {.help = "by file name: text", .render = Render::at_run}
        ),
        option<&O::floppy_label>("floppy_label", {.help = "label of the floppy disk"}),
        option<&O::cd_files>(
            "cd_files", {.help = "files and folders for the CD; patterns may match nothing"}
        ),
        option<&O::cd_content>("cd_content", {.help = "by path: text", .render = Render::at_run}),
        option<&O::cd_label>("cd_label", {.help = "label of the CD", .default_text = "\"packer\""}),
        rule<&media_exist>("Files for the media exist; a pattern may match nothing."),
    });
    return table;
}

const OptionTable& BootOptions::options() {
    using O = BootOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::boot_command>(
            "boot_command",
            {.help = "what to type; special keys as `<enter>`, waits as `<wait5s>`",
             .render = Render::at_run}
        ),
        option<&O::boot_steps>(
            "boot_steps",
            {.help = "the same in steps, each a text and a description", .render = Render::at_run}
        ),
        option<&O::boot_wait>("boot_wait", {.help = "how long to wait before"}),
        option<&O::boot_key_interval>(
            "boot_key_interval", {.help = "time between two keys", .default_text = "`\"100ms\"`"}
        ),
        option<&O::boot_keygroup_interval>(
            "boot_keygroup_interval", {.help = "time between two groups of keys"}
        ),
        option<&O::disable_vnc>("disable_vnc", {.help = "no screen, and nothing is typed"}),
        at_most_one({"boot_command", "boot_steps"}),
        rule<&typing_needs_a_screen>("`boot_command` excludes `disable_vnc`."),
        rule<&boot_commands_are_spelt>(
            "Keys in angle brackets are known ones; what is far from any is typed as it stands."
        ),
    });
    return table;
}

const OptionTable& FirmwareOptions::options() {
    using O = FirmwareOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::firmware>("firmware", {.help = "firmware of the machine"}),
        option<&O::use_pflash>("use_pflash", {.help = "firmware in a flash device"}),
        option<&O::efi_boot>("efi_boot", {.help = "boot with UEFI"}),
        option<&O::efi_firmware_code>(
            "efi_firmware_code", {.help = "file with the UEFI's code", .default_text = "OVMF's"}
        ),
        option<&O::efi_firmware_vars>(
            "efi_firmware_vars",
            {.help = "file with the UEFI's variables", .default_text = "OVMF's"}
        ),
        option<&O::efi_drop_efivars>(
            "efi_drop_efivars", {.help = "leave the variables out of the artifact"}
        ),
        option<&O::vtpm>("vtpm", {.help = "give the machine a TPM"}),
        option<&O::use_tpm1>("use_tpm1", {.help = "of version 1.2"}),
        option<&O::tpm_device_type>("tpm_device_type", {.help = "kind of TPM"}),
    });
    return table;
}

const OptionTable& QemuImgOptions::options() {
    using O = QemuImgOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::convert>("convert", {.help = "of its command convert"}),
        option<&O::create>("create", {.help = "of its command create"}),
        option<&O::resize>("resize", {.help = "of its command resize"}),
    });
    return table;
}

const OptionTable& QemuOptions::options() {
    using O = QemuOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::iso>(),
        option<&O::disk_image>("disk_image", {.help = "the source is a disk, not an installer"}),
        option<&O::use_backing_file>(
            "use_backing_file", {.help = "keep only the difference to it"}
        ),
        option<&O::skip_resize_disk>("skip_resize_disk", {.help = "keep its size"}),
        option<&O::disk_size>(
            "disk_size",
            {.help = "size of the disk: number and unit (b, k, M, G, T), M without one"}
        ),
        option<&O::disk_additional_size>(
            "disk_additional_size", {.help = "sizes of further disks"}
        ),
        option<&O::format>("format", {.help = "format of the image", .allowed = {"qcow2", "raw"}}),
        option<&O::output_directory>(
            "output_directory",
            {.help = "folder of the image, which must not exist yet",
             .default_text = "\"output-NAME\""}
        ),
        option<&O::vm_name>(
            "vm_name",
            {.help = "name of the machine and of the image's file",
             .default_text = "\"packer-NAME\""}
        ),
        option<&O::accelerator>(
            "accelerator",
            {.help = "what runs the machine",
             .allowed = {"none", "kvm", "tcg", "hax", "hvf", "whpx", "xen"},
             .default_text = "\"kvm\" where it can be used, else \"tcg\""}
        ),
        option<&O::machine_type>("machine_type", {.help = "machine to emulate"}),
        option<&O::cpu_model>("cpu_model", {.help = "processor to emulate"}),
        option<&O::cpus>(
            "cpus", {.help = "number of processors", .minimum = 1, .default_text = "`1`"}
        ),
        option<&O::sockets>("sockets", {.help = "sockets they are in", .minimum = 1}),
        option<&O::cores>("cores", {.help = "cores of a socket", .minimum = 1}),
        option<&O::threads>("threads", {.help = "threads of a core", .minimum = 1}),
        option<&O::memory>("memory", {.help = "memory in MiB"}),
        option<&O::disk_interface>(
            "disk_interface",
            {.help = "how the disk is attached",
             .allowed = {"ide", "sata", "scsi", "virtio", "virtio-scsi"}}
        ),
        option<&O::disk_cache>(
            "disk_cache",
            {.help = "caching of the disk",
             .allowed = {"writethrough", "writeback", "none", "unsafe", "directsync"}}
        ),
        option<&O::disk_discard>(
            "disk_discard",
            {.help = "whether discards reach the image", .allowed = {"unmap", "ignore"}}
        ),
        option<&O::disk_detect_zeroes>(
            "disk_detect_zeroes",
            {.help = "whether zeros are written as holes", .allowed = {"unmap", "on", "off"}}
        ),
        option<&O::disk_compression>("disk_compression", {.help = "compress the image"}),
        option<&O::skip_compaction>(
            "skip_compaction", {.help = "do not rewrite the image at the end"}
        ),
        option<&O::cdrom_interface>("cdrom_interface", {.help = "how CDs are attached"}),
        option<&O::net_device>("net_device", {.help = "network device"}),
        option<&O::net_bridge>(
            "net_bridge", {.help = "bridge to attach it to, instead of user networking"}
        ),
        option<&O::vga>("vga", {.help = "graphics device"}),
        option<&O::headless>("headless", {.help = "show no window"}),
        option<&O::display>("display", {.help = "window to show", .default_text = "\"gtk\""}),
        option<&O::use_default_display>(
            "use_default_display", {.help = "let QEMU choose the window"}
        ),
        option<&O::vnc_bind_address>(
            "vnc_bind_address", {.help = "address that the screen is served on"}
        ),
        option<&O::vnc_port_min>(
            "vnc_port_min", {.help = "lowest port for it", .minimum = 5900, .maximum = 65535}
        ),
        option<&O::vnc_port_max>("vnc_port_max", {.help = "highest port for it", .maximum = 65535}),
        option<&O::vnc_use_password>("vnc_use_password", {.help = "ask for a password there"}),
        option<&O::vnc_password>(
            "vnc_password",
            {.help = "that password", .secret = true, .default_text = "a random one"}
        ),
        option<&O::qmp_enable>("qmp_enable", {.help = "open the machine's control socket"}),
        option<&O::qmp_socket_path>(
            "qmp_socket_path", {.help = "where", .default_text = "in the output folder"}
        ),
        option<&O::host_port_min>(
            "host_port_min",
            {.help = "lowest local port that leads to the machine's SSH",
             .minimum = 1,
             .maximum = 65535}
        ),
        option<&O::host_port_max>(
            "host_port_max", {.help = "highest such port", .minimum = 1, .maximum = 65535}
        ),
        option<&O::skip_nat_mapping>("skip_nat_mapping", {.help = "make no such port"}),
        option<&O::shutdown_command>(
            "shutdown_command",
            {.help = "command that shuts the machine down", .default_text = "the power button"}
        ),
        option<&O::shutdown_timeout>("shutdown_timeout", {.help = "how long that may take"}),
        option<&O::qemu_binary>("qemu_binary", {.help = "program to run"}),
        option<&O::qemuargs>(
            "qemuargs",
            {.help = "arguments instead of the usual ones, each a list", .render = Render::at_run}
        ),
        option<&O::qemu_img_args>("qemu_img_args", {.help = "further arguments of qemu-img"}),
        option<&O::run_once>(
            "run_once", {.help = "older option without effect", .deprecated = "leave it out"}
        ),
        include<&O::http>(),
        include<&O::media>(),
        include<&O::boot>(),
        include<&O::firmware_options>(),
        include<&O::communicator>(),
        rule<&sizes_are_spelt>(
            "`disk_size` and `disk_additional_size` are numbers with a unit: `8G`."
        ),
        rule<&qemuargs_begin_with_a_switch>("An entry of `qemuargs` begins with a switch."),
        rule<&backing_files_are_qcow2>("`use_backing_file` needs `disk_image` and format `qcow2`; "
                                       "`skip_resize_disk` needs `disk_image`."),
        rule<&ports_are_in_order>(
            "`vnc_port_min` is not above `vnc_port_max`, `host_port_min` below `host_port_max`."
        ),
    });
    return table;
}

}  // namespace kiln::plan
