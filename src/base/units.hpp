#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln {

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;
constexpr std::int64_t kGiB = 1024 * kMiB;

/// "512M", "8G", "1.5GiB", "40960MB", "100" (then `default_unit` bytes each) to bytes. Powers of
/// 1024 whatever the spelling, as qemu-img reads them. Nothing when it is no size or exceeds int64.
std::optional<std::int64_t> parse_size(std::string_view text, std::int64_t default_unit = 1);

/// "1.4 GiB", "512 KiB", "17 B": for people.
std::string format_bytes(std::int64_t bytes);

constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

}  // namespace kiln
