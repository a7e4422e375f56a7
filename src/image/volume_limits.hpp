#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kiln::image {

/// An EBS volume as it is asked for. A size of 0 is one that is not known yet.
struct VolumeShape {
    std::string type;
    std::int64_t size_gib = 0;
    std::optional<std::int64_t> iops;
    std::optional<std::int64_t> throughput_mib_s;

    bool operator==(const VolumeShape&) const = default;
};

/// Why EC2 would not make it, as one sentence that names what was found and what goes; "" when it
/// would. Pure.
std::string volume_mistake(const VolumeShape& volume);

}  // namespace kiln::image
