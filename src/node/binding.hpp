#pragma once

#include "node/perform.hpp"

#include <optional>
#include <string>
#include <vector>

// Giving PCI network devices to user space and back.

namespace kiln::node {

/// A PCI function as sysfs shows it now.
struct PciFunction {
    std::string address;
    bool exists = false;
    std::string device_class;     ///< "0x020000": network devices begin with 0x02
    std::string driver;           ///< "" when none
    std::string driver_override;  ///< "" when unset
    std::string iommu_group;      ///< "" when there is no IOMMU
    /// Others of the group, bridges left out: all go to user space together or none.
    struct Sibling {
        std::string address;
        std::string driver;
        bool operator==(const Sibling&) const = default;
    };
    std::vector<Sibling> siblings;
    int virtual_functions = 0;      ///< that are made of it now
    bool noiommu_possible = false;  ///< vfio has its no-IOMMU switch

    bool operator==(const PciFunction&) const = default;
};
PciFunction read_pci_function(const NodeTree& tree, const std::string& address);

/// Why a device must not or can not be bound, with the remedy; nothing when it may. `with` are the
/// addresses that are bound in the same run; `protected_because` names what the device carries (the
/// default route, ...) and is "" for others. Pure.
struct BindRefusal {
    std::string why;
    std::string remedy;
    bool operator==(const BindRefusal&) const = default;
};
std::optional<BindRefusal> bind_refusal(
    const PciFunction& function,
    const BindDevice& action,
    const std::vector<std::string>& with,
    const std::string& protected_because
);

/// Binds, looks that it took, and puts the old driver back when it did not. The override stays set,
/// so that a module that is loaded again finds its device. The driver's module must be loaded.
ActionResult bind_device(
    const NodeHands& hands,
    const BindDevice& action,
    const std::vector<std::string>& with,
    const std::string& protected_because
);

/// Gives the device back to the kernel's own driver.
ActionResult release_device(const NodeHands& hands, const std::string& address);

/// Without IOMMU vfio needs its unsafe mode; with one that mode must stay off. What is wrong now,
/// or nothing.
std::optional<std::string> noiommu_problem(const NodeTree& tree, bool allowed);

}  // namespace kiln::node
