#pragma once

#include "plan/options/communicator.hpp"

#include <string>

namespace kiln::plan {

/// Builder `null`: makes nothing; provisioners run on a machine that is there already, or with
/// communicator "none" on no machine.
struct NullBuilderOptions {
    CommunicatorOptions communicator;

    bool operator==(const NullBuilderOptions&) const = default;

    static const OptionTable& options();
    /// Why kiln can not run it, or "".
    std::string obstacle() const;
};

}  // namespace kiln::plan
