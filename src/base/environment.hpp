#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace kiln {

/// The environment's variables by name, as environ(7) has them.
using Environment = std::map<std::string, std::string>;

/// `otherwise` when it is not set; a variable that is set to "" is "".
std::string variable(
    const Environment& environment, const std::string& name, const std::string& otherwise = ""
);

/// SOURCE_DATE_EPOCH (reproducible-builds.org), in seconds since 1970; nothing when it is unset or
/// "". Throws Error{input} when it is no such number.
std::optional<std::int64_t> source_date_epoch(const Environment& environment);

}  // namespace kiln
