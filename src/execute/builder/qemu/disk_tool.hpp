#pragma once

#include "plan/options/qemu.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::exec::qemu {

/// What qemu-img says of an image.
struct ImageInfo {
    std::string format;  ///< by its content: "qcow2", "raw", ...
    std::int64_t virtual_bytes = 0;

    bool operator==(const ImageInfo&) const = default;
};

/// qemu-img, with what the template adds to its commands. Every failure is an Error that names the
/// image; no_space where a disk is full.
class DiskTool {
public:
    DiskTool(sys::ProcessRunner& processes, plan::QemuImgOptions extra, std::stop_token stop);

    ImageInfo info(const std::filesystem::path& image) const;
    /// Throws Error{input} when the image has damage (leaks are none).
    void check(const std::filesystem::path& image, const std::string& format) const;
    /// `size` is qemu-img's: a number with a unit, which "" and bare numbers lack: then MiB.
    void create(
        const std::filesystem::path& image, const std::string& format, const std::string& size
    ) const;
    /// Over `backing`; "" keeps its size. Not looked for when it need not be there yet.
    void create_overlay(
        const std::filesystem::path& image,
        const std::filesystem::path& backing,
        const std::string& backing_format,
        const std::string& size,
        bool backing_is_there = true
    ) const;
    void resize(
        const std::filesystem::path& image, const std::string& format, const std::string& size
    ) const;

    struct Conversion {
        std::filesystem::path from;
        std::string from_format;
        std::filesystem::path to;  ///< replaced, once it is complete
        std::string to_format;
        bool compress = false;
        std::filesystem::path backing;  ///< what differs from it is written only; "" writes all
        std::string backing_format;
    };
    void convert(const Conversion& conversion) const;

private:
    std::string run(
        const std::string& command,
        const std::vector<std::string>& extra,
        std::vector<std::string> arguments,
        const std::string& doing
    ) const;

    sys::ProcessRunner& processes_;
    plan::QemuImgOptions extra_;
    std::stop_token stop_;
};

/// "40960" is "40960M" to Packer.
std::string with_unit(const std::string& size);

}  // namespace kiln::exec::qemu
