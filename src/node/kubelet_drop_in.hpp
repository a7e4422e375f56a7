#pragma once

#include "node/node_action.hpp"
#include "node/node_tree.hpp"
#include "node/profile.hpp"

#include <string>
#include <vector>

// What kubelet is told, in the form that the node's bootstrap reads: a NodeConfig for nodeadm, or a
// KubeletConfiguration in a folder that kubelet merges over its own (--config-dir).

namespace kiln::node {

/// Files end in .conf, or kubelet does not read them.
inline const std::string kKubeletDropIns = "/etc/kubernetes/kubelet.conf.d";
inline const std::string kNodeadmDropIns = "/etc/eks/nodeadm.d";

/// kubelet keeps `housekeeping` for itself and hands the other CPUs out. `memory_node` is the NUMA
/// node that reserved memory is counted on. Pure.
WriteFile kubelet_drop_in(
    const KubeletRequest& request, const std::string& housekeeping, int memory_node
);

/// The drop-ins with which kubelet registers the node as one that is not tuned. For kubelet itself
/// only where it has a folder of drop-ins. kubelet taints a node when it registers it, not later.
std::vector<WriteFile> degraded_taint_drop_ins(const NodeTree& tree);

/// Takes them away.
void remove_degraded_taint(const NodeTree& tree);

}  // namespace kiln::node
