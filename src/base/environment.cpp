#include "base/environment.hpp"

#include "base/error.hpp"

#include <charconv>

namespace kiln {

std::string variable(
    const Environment& environment, const std::string& name, const std::string& otherwise
) {
    const auto found = environment.find(name);
    return found == environment.end() ? otherwise : found->second;
}

std::optional<std::int64_t> source_date_epoch(const Environment& environment) {
    const std::string text = variable(environment, "SOURCE_DATE_EPOCH");
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    const char* const end = text.data() + text.size();
    if (const auto [rest, problem] = std::from_chars(text.data(), end, seconds);
        rest != end || problem != std::errc() || seconds < 0) {
        throw Error(
            ErrorKind::input, "SOURCE_DATE_EPOCH is \"" + text + "\", not a number of seconds"
        )
            .set_hint("set it to seconds since 1970, or unset it");
    }
    return seconds;
}

}  // namespace kiln
