#include "node/node_plan.hpp"

#include <algorithm>

// Which NICs go to user space. A rule that matches a NIC the node is reached by is a mistake, not a
// NIC to be skipped: the next rule of that kind would take it.

namespace kiln::node {

namespace {

const EniFacts* eni_of(const NicFacts& nic, const NodeFacts& facts) {
    for (const EniFacts& eni : facts.instance.enis) {
        for (const InterfaceFacts& interface : nic.interfaces) {
            if (interface.mac == eni.mac) {
                return &eni;
            }
        }
    }
    return nullptr;
}

bool has_mac(const NicFacts& nic, const std::string& mac) {
    return std::any_of(nic.interfaces.begin(), nic.interfaces.end(), [&](const auto& interface) {
        return interface.mac == mac;
    });
}

bool matches(const NicRule& rule, const NicFacts& nic, const EniFacts* eni) {
    return (rule.pci.empty() || rule.pci == nic.address) &&
           (rule.mac.empty() || has_mac(nic, rule.mac)) &&
           (rule.device.empty() || rule.device == nic.vendor + ":" + nic.device) &&
           (rule.subnet.empty() || (eni != nullptr && eni->subnet == rule.subnet)) &&
           (!rule.index || (eni != nullptr && eni->device_index == *rule.index));
}

std::string described(const NicRule& rule) {
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            text += (text.empty() ? "" : ", ") + std::string(name) + " " + value;
        }
    };
    add("address", rule.pci);
    add("MAC", rule.mac);
    add("device", rule.device);
    add("subnet", rule.subnet);
    add("index", rule.index ? std::to_string(*rule.index) : "");
    return text;
}

void check_driver(
    const NicRule& rule, const NicFacts& nic, const NodeFacts& facts, Diagnostics& diagnostics
) {
    const bool no_iommu = !facts.has_iommu && nic.iommu_group.empty();
    if (rule.driver == "vfio_pci") {
        diagnostics.error(rule.range, "the driver is called vfio-pci, with a dash");
    }
    if (rule.driver == "vfio-pci" && no_iommu && !rule.allow_noiommu) {
        diagnostics.error(
            rule.range,
            "vfio-pci for " + nic.address + " needs an IOMMU, and this machine has none",
            "write allow_noiommu: true to run without that protection, or use igb_uio"
        );
    }
    constexpr std::string_view amazon = "1d0f";
    if (rule.driver == "vfio-pci" && nic.vendor == amazon) {
        diagnostics.warning(
            rule.range,
            "stock vfio-pci maps ENA without write combining, which is slow from the sixth "
            "instance generation on",
            "use igb_uio with wc_activate=1, or a patched vfio-pci-core"
        );
    }
}

void take(
    const NicRule& rule,
    const NicFacts& nic,
    const NodeFacts& facts,
    std::vector<PlannedNic>& planned,
    Diagnostics& diagnostics
) {
    if (!nic.carries.empty() && !rule.driver.empty()) {
        diagnostics.error(
            rule.range,
            "NIC " + nic.address + " carries " + nic.carries + ": taking it away cuts the node off",
            "match the data NICs alone, by pci, mac, subnet or index"
        );
        return;
    }
    const auto same = std::find_if(planned.begin(), planned.end(), [&](const PlannedNic& one) {
        return one.address == nic.address;
    });
    if (same != planned.end()) {
        diagnostics.error(
            rule.range, "NIC " + nic.address + " is taken by the rule for " + same->reason + " too"
        );
        return;
    }
    check_driver(rule, nic, facts, diagnostics);
    planned.push_back({nic.address, rule.driver, rule.resource, described(rule)});
}

}  // namespace

std::vector<PlannedNic> plan_nics(
    const std::vector<NicRule>& rules, const NodeFacts& facts, Diagnostics& diagnostics
) {
    std::vector<PlannedNic> planned;
    for (const NicRule& rule : rules) {
        bool found = false;
        for (const NicFacts& nic : facts.nics) {
            if (matches(rule, nic, eni_of(nic, facts))) {
                found = true;
                take(rule, nic, facts, planned, diagnostics);
            }
        }
        if (!found && !facts.knows_nics) {
            diagnostics.warning(
                rule.range, "the NICs of " + described(rule) + " are decided on the node"
            );
        } else if (!found && !rule.optional) {
            diagnostics.error(
                rule.range,
                "no NIC has " + described(rule),
                "kiln-node facts shows the NICs; write optional: true for one that comes later"
            );
        }
    }
    return planned;
}

}  // namespace kiln::node
