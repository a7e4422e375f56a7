#include "image/times.hpp"

#include "base/go_time.hpp"
#include "hcl/timestamp.hpp"

#include <charconv>

namespace kiln::image {

namespace {

struct Unit {
    std::string_view letter;
    std::string_view shown;
    std::int64_t seconds;
};
constexpr Unit kUnits[] = {
    {"y", "y", 365L * 86400},
    {"w", "", 7L * 86400},
    {"d", "d", 86400},
    {"h", "h", 3600},
    {"m", "min", 60}};
constexpr std::int64_t kLongest = 1000L * 365 * 86400;

}  // namespace

std::optional<std::chrono::seconds> parse_age(std::string_view text) {
    for (const Unit& unit : kUnits) {
        if (!text.ends_with(unit.letter)) {
            continue;
        }
        const std::string_view digits = text.substr(0, text.size() - unit.letter.size());
        std::int64_t count = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), count);
        if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
            count < 0 || count > kLongest / unit.seconds) {
            return std::nullopt;
        }
        return std::chrono::seconds(count * unit.seconds);
    }
    return std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
    constexpr std::size_t kDay = std::string_view("2026-11-21").size();
    const std::string whole =
        text.size() == kDay ? std::string(text) + "T00:00:00Z" : std::string(text);
    const auto parsed = hcl::parse_rfc3339(whole).timestamp;
    constexpr std::int64_t kReach = 250L * 365 * 86400;  // of nanoseconds in 64 bits, nearly
    if (!parsed || parsed->seconds > kReach || parsed->seconds < -kReach) {
        return std::nullopt;
    }
    return Time(std::chrono::seconds(parsed->seconds));
}

std::string age_text(std::chrono::seconds age) {
    for (const Unit& unit : kUnits) {
        if (!unit.shown.empty() && age.count() >= unit.seconds) {
            return std::to_string(age.count() / unit.seconds) + " " + std::string(unit.shown);
        }
    }
    return "0 min";
}

std::string time_text(Time time) {
    return format_go_time(kRfc3339Layout, time);
}

std::string day_text(std::string_view text) {
    const auto time = parse_time(text);
    return time ? format_go_time("2006-01-02", *time) : std::string(text);
}

}  // namespace kiln::image
