#pragma once

#include "execute/events.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace kiln::report {

/// What each step of each build took, the last time that it was run and not taken from the cache.
class StepTimes {
public:
    using Duration = std::chrono::nanoseconds;

    void add(const std::string& build, const exec::BuildStep& step, Duration duration);

    /// How long the build goes on once it has been at `step` for `elapsed`: nothing where a step
    /// that is to come was never seen.
    std::optional<Duration> left(
        const std::string& build, const exec::BuildStep& step, Duration elapsed
    ) const;

private:
    struct Seen {
        exec::BuildStep step;
        Duration duration{};
    };
    std::map<std::pair<std::string, int>, Seen> seen_;  ///< by build and number of the step
};

}  // namespace kiln::report
