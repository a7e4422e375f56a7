#pragma once

#include "node/node_tree.hpp"

#include <string>

namespace kiln::node {

/// How a device's memory is mapped into the application that drives it.
struct WriteCombining {
    bool combines = false;
    std::string found;   ///< for people: what says so
    std::string source;  ///< the file that says it

    bool operator==(const WriteCombining&) const = default;
};

/// Looks, in this order, at the mapping itself while an application uses the device
/// (pat_memtype_list of debugfs), at what igb_uio said when it was loaded, and at the options that
/// it will be loaded with. Mainline vfio-pci never combines, and leaves no trace of a patch but
/// the mapping.
WriteCombining write_combining(
    const NodeTree& tree, const std::string& pci_address, const std::string& driver
);

}  // namespace kiln::node
