#pragma once

#include "plan/check.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// A user of the image.
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
    std::vector<std::string> components = {"main"};
    std::vector<std::string> packages;
    std::optional<std::string> architecture;  ///< absent: the host's
    std::optional<ByteSize> disk_size;        ///< absent: as large as needed
    std::vector<std::string> formats = {"raw"};
    std::string filesystem = "ext4";
    std::vector<std::string> kernel_command_line;
    std::string hostname = "localhost";
    std::string output_directory;
    std::optional<std::string> image_name;
    std::vector<RootfsUser> users;
    std::vector<RootfsPartition> extra_partitions;
    std::vector<RootfsDisk> extra_disks;

    bool operator==(const RootfsOptions&) const = default;

    static const OptionTable& options();
    static void check(const DecodedOptions& options, const CheckContext& context);
};

}  // namespace kiln::plan
