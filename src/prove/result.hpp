#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kiln::prove {

/// `skip` is what could not be looked at; it never counts as passed.
enum class Status { pass, warn, fail, skip };

/// "pass", "warn", "fail", "skip".
std::string to_string(Status status);

/// What one check says of one thing.
struct Result {
    std::string group;    ///< "hygiene"
    std::string id;       ///< of the check: "machine-id"
    std::string subject;  ///< what was looked at: "/etc/machine-id"; "" for the image as a whole
    Status status = Status::pass;
    std::string detail;  ///< what was found, and what was expected where it is not that
    std::string remedy;  ///< what to do about it; "" when there is nothing to do

    bool operator==(const Result&) const = default;
};

struct Counts {
    std::size_t passed = 0;
    std::size_t warned = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
};
Counts count(const std::vector<Result>& results);

/// Whether the image is as it should be: nothing failed; when `strict`, no warnings either.
bool is_good(const std::vector<Result>& results, bool strict);

}  // namespace kiln::prove
