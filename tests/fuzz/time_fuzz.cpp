// Eight bytes for a moment, the rest a layout of Go, a strftime format, a timestamp and a duration:
// each must end, and what one function writes the other must read back.

#include "base/duration.hpp"
#include "base/go_time.hpp"
#include "hcl/timestamp.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace kiln;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

// Of the years 1970 to 2262, as far as a clock of nanoseconds goes.
std::chrono::system_clock::time_point moment_of(std::uint64_t bits) {
    constexpr std::uint64_t kLargest = INT64_MAX;
    return std::chrono::system_clock::time_point(
        std::chrono::nanoseconds(static_cast<std::int64_t>(bits & kLargest))
    );
}

void check_moment(std::chrono::system_clock::time_point moment) {
    const hcl::Timestamp told = hcl::to_timestamp(moment);
    const std::string nanoseconds = format_go_time("2006-01-02T15:04:05.000000000Z07:00", moment);
    require(hcl::parse_rfc3339(nanoseconds).timestamp == told);
    require(hcl::format_rfc3339(told) == format_go_time(kRfc3339Layout, moment));
    require(format_strftime("%Y-%m-%dT%H:%M:%SZ", moment) == hcl::format_rfc3339(told));
}

void check_layout(const std::string& layout, std::chrono::system_clock::time_point moment) {
    // "002" and "Mon" may triple or more; no example gives more than "September" and "Wednesday".
    require(format_go_time(layout, moment).size() <= 9 * layout.size());
    require(format_strftime(layout, moment).size() <= 9 * layout.size());
}

void check_timestamp(std::string_view text) {
    const hcl::ParsedTimestamp parsed = hcl::parse_rfc3339(text, ' ');
    require(parsed.timestamp.has_value() == parsed.error.empty());
    if (parsed.timestamp) {
        hcl::Timestamp whole = *parsed.timestamp;
        whole.nanoseconds = 0;  // which are not written
        require(hcl::parse_rfc3339(hcl::format_rfc3339(whole)).timestamp == whole);
    }
    if (const auto timestamp = hcl::parse_yaml_timestamp(text)) {
        hcl::civil_time(*timestamp);
    }
}

void check_duration(std::string_view text) {
    if (const auto duration = parse_go_duration(text)) {
        require(parse_go_duration(format_go_duration(*duration)) == duration);
        format_duration_words(*duration);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::uint64_t bits = 0;
    if (size < sizeof bits) {
        return 0;
    }
    std::memcpy(&bits, data, sizeof bits);
    const std::string text(reinterpret_cast<const char*>(data) + sizeof bits, size - sizeof bits);
    const auto moment = moment_of(bits);
    check_moment(moment);
    check_layout(text, moment);
    check_timestamp(text);
    check_duration(text);
    return 0;
}
