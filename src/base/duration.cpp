#include "base/duration.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace kiln {

namespace {

using std::chrono::nanoseconds;

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 8> kGoUnits = {{
    {"ns", 1},
    {"us", 1'000},
    {"\xC2\xB5s", 1'000},
    {"\xCE\xBCs", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

constexpr std::array<Unit, 8> kWordUnits = {{
    {"year", 31'536'000'000'000'000},
    {"week", 604'800'000'000'000},
    {"day", 86'400'000'000'000},
    {"hour", 3'600'000'000'000},
    {"minute", 60'000'000'000},
    {"second", 1'000'000'000},
    {"millisecond", 1'000'000},
    {"microsecond", 1'000},
}};

const Unit* take_unit(std::string_view& text) {
    for (const Unit& unit : kGoUnits) {
        if (text.starts_with(unit.name)) {
            text.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

// Reads "12", "1.5" or ".5"; nothing when there is no digit.
std::optional<long double> take_number(std::string_view& text) {
    long double value = 0;
    long double scale = 1;
    bool digits = false;
    bool fraction = false;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '.' && !fraction) {
            fraction = true;
        } else if (c >= '0' && c <= '9') {
            digits = true;
            value = value * 10 + (c - '0');
            scale *= fraction ? 10 : 1;
        } else {
            break;
        }
        text.remove_prefix(1);
    }
    return digits ? std::optional(value / scale) : std::nullopt;
}

}  // namespace

std::optional<nanoseconds> parse_go_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text == "0") {
        return nanoseconds(0);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    long double total = 0;
    while (!text.empty()) {
        const std::optional<long double> number = take_number(text);
        const Unit* unit = number ? take_unit(text) : nullptr;
        if (unit == nullptr) {
            return std::nullopt;
        }
        total += *number * static_cast<long double>(unit->nanoseconds);
    }
    if (total >= 9.2e18L) {
        return std::nullopt;
    }
    const auto count = static_cast<std::int64_t>(std::llround(total));
    return nanoseconds(negative ? -count : count);
}

std::string format_go_duration(nanoseconds duration) {
    const std::int64_t count = duration.count();
    if (count == 0) {
        return "0s";
    }
    if (count < 0) {
        return "-" + format_go_duration(-duration);
    }
    // All digits, as in "5m0.0000032s".
    const auto fraction = [](std::int64_t value, std::int64_t unit, const char* name) {
        std::string digits;
        for (std::int64_t rest = value % unit; rest != 0; rest %= unit) {
            rest *= 10;
            digits += static_cast<char>('0' + rest / unit);
        }
        return std::to_string(value / unit) + (digits.empty() ? "" : ".") + digits + name;
    };
    if (count < 1'000) {
        return fmt::format("{}ns", count);
    }
    if (count < 1'000'000) {
        return fraction(count, 1'000, "\xC2\xB5s");
    }
    if (count < 1'000'000'000) {
        return fraction(count, 1'000'000, "ms");
    }
    const std::int64_t minutes = count / 60'000'000'000;
    std::string out;
    if (minutes >= 60) {
        out += fmt::format("{}h", minutes / 60);
    }
    if (minutes > 0) {
        out += fmt::format("{}m", minutes % 60);
    }
    return out + fraction(count % 60'000'000'000, 1'000'000'000, "s");
}

std::string format_duration_words(nanoseconds duration) {
    std::int64_t left = duration.count();
    std::string out;
    int written = 0;
    for (const Unit& unit : kWordUnits) {
        const std::int64_t n = left / unit.nanoseconds;
        left -= n * unit.nanoseconds;
        if (n == 0 || written == 2) {
            continue;
        }
        out += fmt::format("{}{} {}{}", written > 0 ? " " : "", n, unit.name, n == 1 ? "" : "s");
        ++written;
    }
    return written > 0 ? out : "0 seconds";
}

}  // namespace kiln
