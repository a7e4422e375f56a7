#include "disk/disk_format.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "disk/image_file.hpp"
#include "disk/partial_file.hpp"
#include "disk/uuid.hpp"
#include "sys/process_runner.hpp"

#include <algorithm>
#include <cstdint>

namespace kiln::disk {
namespace {

std::vector<std::string> qemu_options(DiskFormat format) {
    switch (format) {
        case DiskFormat::raw:
            return {"raw"};
        case DiskFormat::qcow2:
            return {"qcow2"};
        case DiskFormat::vmdk:
            // One compressed file: what VMware's products and the clouds' import services take.
            return {"vmdk", "-o", "subformat=streamOptimized"};
        case DiskFormat::vhd:
            // The disk's size as it is, not rounded up to the geometry of an old BIOS.
            return {"vpc", "-o", "subformat=dynamic,force_size=on"};
    }
    return {};
}

std::uint64_t little_endian(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

void put_big_endian32(std::string& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[at + i] = static_cast<char>(value >> (24 - 8 * i) & 0xff);
    }
}

std::string hex8(std::uint32_t value) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) {
        text += kDigits[value >> shift & 15];
    }
    return text;
}

/// The descriptor is a text within the file; where, says the header: offset in sectors at byte 28,
/// size at 36. (VMware, "Virtual Disk Format 5.0")
/// It names the file itself, too: the one it will be.
void settle_vmdk(
    const std::filesystem::path& file,
    const std::filesystem::path& final_name,
    const std::string& seed
) {
    ImageFile image(file);
    const std::string header = image.read(0, 512);
    const auto at = static_cast<std::int64_t>(little_endian(header, 28, 8) * 512);
    const std::size_t room = little_endian(header, 36, 8) * 512;
    if (header.substr(0, 4) != "KDMV" || room == 0 || room > kMiB) {
        throw Error(ErrorKind::unsupported, "qemu-img wrote a vmdk of a kind that is not known");
    }
    std::string text = image.read(at, room);
    text.resize(std::min(text.size(), text.find('\0')));
    const std::size_t line = text.find("\nCID=");
    const std::size_t end = text.find('\n', line + 1);
    if (line == std::string::npos || end == std::string::npos) {
        throw Error(ErrorKind::unsupported, "qemu-img wrote a vmdk without a content id");
    }
    text.replace(line, end - line, "\nCID=" + hex8(derive_serial(seed, "vmdk content id")));
    text = replace_all(
        std::move(text),
        "\"" + file.filename().string() + "\"",
        "\"" + final_name.filename().string() + "\""
    );
    text.resize(room, '\0');
    image.write(at, text);
}

/// The footer (512 bytes at the end, and again at the start) has a time at 24, a checksum at 64 and
/// a UUID at 68; the checksum is the complement of the sum of all bytes, itself as zeros.
/// (Microsoft, "Virtual Hard Disk Image Format Specification", hard disk footer format)
void settle_vhd(const std::filesystem::path& file, const std::string& seed) {
    constexpr std::size_t kFooter = 512;
    ImageFile image(file);
    const std::int64_t end = image.size_bytes() - static_cast<std::int64_t>(kFooter);
    std::string footer = image.read(end, kFooter);
    if (footer.substr(0, 8) != "conectix" || image.read(0, 8) != "conectix") {
        throw Error(ErrorKind::unsupported, "qemu-img wrote a vhd of a kind that is not known");
    }
    const UuidBytes uuid = parse_uuid(derive_uuid(seed, "vhd"));
    put_big_endian32(footer, 24, 0);
    put_big_endian32(footer, 64, 0);
    std::copy(uuid.begin(), uuid.end(), footer.begin() + 68);
    std::uint32_t sum = 0;
    for (const char byte : footer) {
        sum += static_cast<std::uint8_t>(byte);
    }
    put_big_endian32(footer, 64, ~sum);
    image.write(0, footer);
    image.write(end, footer);
}

}  // namespace

std::string to_string(DiskFormat format) {
    switch (format) {
        case DiskFormat::raw:
            return "raw";
        case DiskFormat::qcow2:
            return "qcow2";
        case DiskFormat::vmdk:
            return "vmdk";
        case DiskFormat::vhd:
            return "vhd";
    }
    return "";
}

std::string qemu_format_of(std::string_view start, std::string_view end) {
    if (start.starts_with("QFI\xfb")) {
        return "qcow2";
    }
    if (start.starts_with("KDMV") || start.starts_with("COWD") ||
        start.starts_with("# Disk DescriptorFile")) {
        return "vmdk";
    }
    if (start.starts_with("conectix") || end.starts_with("conectix")) {
        return "vpc";
    }
    return start.starts_with("vhdxfile") ? "vhdx" : "";
}

void convert_to_raw(
    const std::filesystem::path& image,
    const std::string& format,
    const std::filesystem::path& output,
    sys::ProcessRunner& processes,
    std::stop_token stop
) {
    sys::Command command;
    command.argv = {
        "qemu-img", "convert", "-f", format, "-O", "raw", image.string(), output.string()};
    command.environment = sys::tool_environment();
    command.debian_package = "qemu-utils";
    try {
        sys::run_checked(processes, command, std::move(stop));
    } catch (Error& error) {
        error.add_context("reading " + image.string() + " (" + format + ")");
        throw;
    }
}

void convert_disk(
    const std::filesystem::path& raw_image,
    const std::filesystem::path& output,
    DiskFormat format,
    const std::string& seed,
    sys::ProcessRunner& processes,
    std::stop_token stop
) {
    PartialFile partial(output);
    std::vector<std::string> argv{"qemu-img", "convert", "-f", "raw", "-O"};
    for (std::string& option : qemu_options(format)) {
        argv.push_back(std::move(option));
    }
    argv.insert(argv.end(), {raw_image.string(), partial.path().string()});
    sys::Command command{.argv = std::move(argv), .environment = sys::tool_environment()};
    command.debian_package = "qemu-utils";
    try {
        sys::run_checked(processes, command, std::move(stop));
    } catch (Error& error) {
        error.add_context("converting " + raw_image.string() + " to " + to_string(format));
        // qemu-img has one exit code for everything.
        if (error.kind() == ErrorKind::command &&
            error.message().find("No space left on device") != std::string::npos) {
            throw Error(ErrorKind::no_space, "writing " + output.string() + ": " + error.message());
        }
        throw;
    }
    if (format == DiskFormat::vmdk) {
        settle_vmdk(partial.path(), output, seed);
    } else if (format == DiskFormat::vhd) {
        settle_vhd(partial.path(), seed);
    }
    partial.finish();
}

}  // namespace kiln::disk
