#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace kiln {

namespace {

std::optional<std::int64_t> unit_bytes(std::string_view unit) {
    std::string lower;
    for (const char c : unit) {
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (lower == "b") {
        return 1;
    }
    constexpr std::string_view kPrefixes = "kmgt";
    const std::size_t power = lower.empty() ? std::string_view::npos : kPrefixes.find(lower[0]);
    const std::string_view rest = std::string_view(lower).substr(lower.empty() ? 0 : 1);
    if (power == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) {
        return std::nullopt;
    }
    return std::int64_t{1} << (10 * (power + 1));
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text, std::int64_t default_unit) {
    double number = 0;
    const auto [end, status] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (status != std::errc() || number < 0) {
        return std::nullopt;
    }
    std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    while (!unit.empty() && unit.front() == ' ') {
        unit.remove_prefix(1);
    }
    const std::optional<std::int64_t> bytes = unit.empty() ? default_unit : unit_bytes(unit);
    if (!bytes) {
        return std::nullopt;
    }
    const double product = number * static_cast<double>(*bytes);
    if (product >= 9.2e18) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(std::llround(product));
}

std::string format_bytes(std::int64_t bytes) {
    constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    const bool whole = unit == 0 || value == std::floor(value);
    return whole ? fmt::format("{:.0f} {}", value, kUnits.at(unit))
                 : fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

}  // namespace kiln
