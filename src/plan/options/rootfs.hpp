#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// A user of the image. The password is locked unless a hash of it is given.
struct RootfsUser {
    std::string name;
    std::vector<std::string> groups;
    std::vector<std::string> ssh_authorized_keys;
    std::string shell = "/bin/bash";
    bool sudo = false;
    std::optional<std::string> password_hash;

    bool operator==(const RootfsUser&) const = default;

    static const OptionTable& options();
};

/// A partition of the image's disk besides those it boots from.
struct RootfsPartition {
    std::string name;
    ByteSize size;
    std::string filesystem = "ext4";
    std::optional<std::string> label;  ///< absent: the name
    std::optional<std::string> mount_point;
    std::string mount_options = "defaults";

    bool operator==(const RootfsPartition&) const = default;

    static const OptionTable& options();
};

/// A second disk, written to an image file of its own.
struct RootfsDisk {
    std::string name;
    ByteSize size;
    std::string filesystem = "ext4";
    std::optional<std::string> label;  ///< absent: the name
    std::optional<std::string> mount_point;
    std::string mount_options = "defaults,nofail";

    bool operator==(const RootfsDisk&) const = default;

    static const OptionTable& options();
};

/// Builder `rootfs`: an image from a distribution's packages, with no machine.
struct RootfsOptions {
    std::string distribution = "debian";
    std::string suite = "bookworm";
    std::optional<std::string> mirror;  ///< absent: the host's own apt sources
    std::optional<std::string> keyring;
    std::vector<std::string> sources;  ///< one-line apt sources, besides or instead of the mirror
    std::vector<std::string> components = {"main"};
    std::vector<std::string> packages;
    bool include_recommends = false;
    std::optional<std::string> architecture;  ///< absent: the host's
    std::string bootstrap_method = "unpack";

    /// A package; "none" leaves it out. Absent: the one that `packages` names, else the
    /// distribution's kernel for virtual machines.
    std::optional<std::string> kernel;
    std::string bootloader = "grub";
    std::vector<std::string> kernel_command_line;
    /// Drivers that the initramfs must hold: checked after it was made.
    std::vector<std::string> initramfs_modules;

    std::string hostname = "localhost";
    std::string timezone = "Etc/UTC";
    std::string locale = "C.UTF-8";
    std::vector<RootfsUser> users;

    std::optional<ByteSize> disk_size;  ///< absent: as large as needed
    ByteSize disk_free{256 << 20};      ///< of an automatic size
    std::string filesystem = "ext4";
    ByteSize esp_size{64 << 20};
    std::vector<RootfsPartition> extra_partitions;
    std::vector<RootfsDisk> extra_disks;

    std::vector<std::string> formats = {"raw"};
    std::string output_directory;           ///< "": output-NAME of the build
    std::optional<std::string> image_name;  ///< absent: the source's name

    bool operator==(const RootfsOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
