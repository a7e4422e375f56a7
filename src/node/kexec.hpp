#pragma once

#include "node/node_tree.hpp"

#include <string>

// A reboot without the firmware: the kernel that would boot next is started by the one that runs.

namespace kiln::node {

struct KexecPlan {
    std::string kernel;   ///< "/boot/vmlinuz-6.1.0"
    std::string initrd;   ///< "" for none
    std::string line;     ///< the whole command line, as the boot loader would give it
    std::string problem;  ///< why it can not be done here; then nothing else counts

    bool operator==(const KexecPlan&) const = default;
};

/// What kexec would start: the default entry of the boot loader. Reads only.
KexecPlan plan_kexec(const NodeTree& tree);

/// Loads it, for `systemctl kexec` to start. Throws Error{io} with what the kernel answered.
void load_kexec(const NodeTree& tree, const KexecPlan& plan);

}  // namespace kiln::node
