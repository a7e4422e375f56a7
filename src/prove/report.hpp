#pragma once

#include "prove/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace kiln::prove {

struct TextStyle {
    bool color = false;
    bool all = true;  ///< also what passed
};
/// A table in groups, each problem with its remedy, and the sum.
std::string results_text(const std::vector<Result>& results, const TextStyle& style);

/// One JSON document; what is absent is null.
std::string results_json(const std::vector<Result>& results, const std::string& image, bool strict);

/// For CI servers. Warnings are passed tests, unless `strict`.
std::string results_tap(const std::vector<Result>& results, bool strict);
std::string results_junit(
    const std::vector<Result>& results,
    const std::string& image,
    bool strict,
    std::chrono::milliseconds duration,
    std::chrono::system_clock::time_point now
);

}  // namespace kiln::prove
