#include "report/step_times.hpp"

#include <algorithm>

namespace kiln::report {

void StepTimes::add(const std::string& build, const exec::BuildStep& step, Duration duration) {
    seen_[{build, step.number}] = {step, duration};
}

std::optional<StepTimes::Duration> StepTimes::left(
    const std::string& build, const exec::BuildStep& step, Duration elapsed
) const {
    const auto now = seen_.find({build, step.number});
    // Another template under the same name tells nothing of this one.
    if (now == seen_.end() || !(now->second.step == step)) {
        return std::nullopt;
    }
    Duration sum = std::max(now->second.duration - elapsed, Duration::zero());
    for (int number = step.number + 1; number <= step.count; ++number) {
        const auto next = seen_.find({build, number});
        if (next == seen_.end()) {
            return std::nullopt;
        }
        sum += next->second.duration;
    }
    return sum;
}

}  // namespace kiln::report
