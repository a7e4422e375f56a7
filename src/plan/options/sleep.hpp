#pragma once

#include "plan/option_table.hpp"

#include <chrono>

namespace kiln::plan {

/// Provisioner `sleep`.
struct SleepOptions {
    std::chrono::nanoseconds duration{0};

    bool operator==(const SleepOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
