#include "report/time_text.hpp"

#include <array>
#include <ctime>
#include <fmt/format.h>

namespace kiln::report {

namespace {

std::tm local_parts(WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

std::string formatted(const std::tm& parts, const char* format) {
    std::array<char, 64> buffer{};
    const std::size_t size = std::strftime(buffer.data(), buffer.size(), format, &parts);
    return std::string(buffer.data(), size);
}

}  // namespace

std::string rfc3339_local(WallTime time) {
    const std::tm parts = local_parts(time);
    const std::string day_and_time = formatted(parts, "%Y-%m-%dT%H:%M:%S");
    const long minutes = parts.tm_gmtoff / 60;
    if (minutes == 0) {
        return day_and_time + "Z";
    }
    const long distance = minutes < 0 ? -minutes : minutes;
    return fmt::format(
        "{}{}{:02}:{:02}", day_and_time, minutes < 0 ? '-' : '+', distance / 60, distance % 60
    );
}

std::string log_time(WallTime time) {
    return formatted(local_parts(time), "%Y/%m/%d %H:%M:%S");
}

std::string unix_seconds(WallTime time) {
    return std::to_string(std::chrono::system_clock::to_time_t(time));
}

}  // namespace kiln::report
