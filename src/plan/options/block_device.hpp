#pragma once

#include "plan/option_table.hpp"
#include "plan/options/key_value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kiln::plan {

/// A volume of an instance or of an image.
struct BlockDeviceOptions {
    std::string device_name = "";
    std::int64_t volume_size = 0;
    std::optional<std::string> volume_type;
    bool delete_on_termination = false;
    std::optional<bool> encrypted;
    std::optional<std::string> kms_key_id;
    std::optional<std::int64_t> iops;
    std::optional<std::int64_t> throughput;
    std::optional<std::string> snapshot_id;
    bool no_device = false;
    std::optional<std::string> virtual_name;

    bool operator==(const BlockDeviceOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
