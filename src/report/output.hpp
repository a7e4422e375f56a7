#pragma once

#include "report/time_text.hpp"

#include <functional>
#include <string_view>

namespace kiln::report {

/// Where a listener's text goes, and the time it tells. Both are called under the listener's lock.
struct Output {
    std::function<void(std::string_view)> write;
    std::function<WallTime()> now;
};

}  // namespace kiln::report
