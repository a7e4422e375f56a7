#pragma once

#include "plan/option_table.hpp"

#include <string>

namespace kiln::plan {

/// Provisioner `breakpoint`: waits for the user.
struct BreakpointOptions {
    std::string note;
    bool disable = false;

    bool operator==(const BreakpointOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
