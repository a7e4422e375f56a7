#pragma once

#include "node/node_action.hpp"
#include "node/node_tree.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::node {

/// What the XRd project's bootstrap.sh is given, and what an image can say of a machine that it has
/// not seen: which CPUs the data plane gets and how many hugepages of 1 GiB.
struct TuningRequest {
    std::string isolated_cores;      ///< a plain CPU list
    std::string housekeeping_cores;  ///< "": all others that are present
    int hugepages_gb = 0;
    /// On the NUMA node of the isolated cores; else wherever the kernel finds them.
    bool hugepages_near_cores = true;
    std::vector<std::string> extra_arguments;  ///< more kernel arguments

    bool operator==(const TuningRequest&) const = default;
};

/// From HUGEPAGES_GB, ISOLATED_CORES and HOUSEKEEPING_CORES. Every mistake is one line; with any
/// the exit status is 2. The lines for missing variables are those of the XRd project.
struct ParsedRequest {
    TuningRequest request;
    std::vector<std::string> mistakes;
};
ParsedRequest parse_request(const std::map<std::string, std::string>& environment);

/// The request as a file that `apply --boot` reads: NAME=value lines.
inline const std::string kRequestPath = "/etc/kiln-node/request.env";
std::string print_request(const TuningRequest& request);
std::optional<std::map<std::string, std::string>> read_request(const NodeTree& tree);

/// Changes for the request on this machine: the shipped profile xrd-vrouter with the CPUs and pages
/// of the request, and systemd's CPUAffinity. Throws Error{input} when they can not be: a CPU that
/// is not there, CPU 0 isolated, nothing left for the system, more pages than a node can give. In
/// an image nothing is known of the machine, and only what names no node is decided.
PlannedChanges request_changes(
    const TuningRequest& request, const NodeTree& tree, const std::string& binary
);

}  // namespace kiln::node
