#pragma once

#include "plan/check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Provisioner `node_tuning`: puts kiln-node and what the node is to be tuned to into an image.
struct NodeTuningOptions {
    std::optional<std::string> profile;    ///< a kiln-node profile
    std::optional<std::string> plan_file;  ///< a finished plan, from kiln-node plan
    std::optional<std::string> isolated_cores;
    std::optional<std::string> housekeeping_cores;
    std::int64_t hugepages_gb = 0;
    std::string hugepages_node = "near";           ///< or "any"
    std::vector<std::string> kernel_command_line;  ///< more arguments
    std::vector<std::string> modules;              ///< must be there for the kernel that boots
    std::optional<std::string> kiln_node;          ///< the program; by default beside kiln

    bool operator==(const NodeTuningOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
