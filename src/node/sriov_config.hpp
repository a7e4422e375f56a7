#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

// /etc/pcidp/config.json, the SR-IOV network device plugin's file. The whole schema of the plugin
// (sriov-network-device-plugin v3.5.1 to after v3.11.0, pkg/types/types.go) is here; what the
// installed version does not know it ignores. All pure.

namespace kiln::node {

inline const std::string kSriovConfigPath = "/etc/pcidp/config.json";

/// Which devices belong to a resource: those that match one of each list that is not empty.
struct SriovSelectors {
    std::vector<std::string> vendors;        ///< "1d0f"
    std::vector<std::string> devices;        ///< "ec20"
    std::vector<std::string> drivers;        ///< bound when the plugin starts
    std::vector<std::string> pci_addresses;  ///< "0000:00:06.0"
    std::vector<std::string> acpi_indexes;   ///< plugin 3.6
    std::vector<std::string> aux_types;      ///< auxNetDevice only
    std::vector<std::string> pf_names;       ///< "ens1f0#0-3"; virtual functions only
    std::vector<std::string> root_devices;   ///< PF addresses; virtual functions only
    std::vector<std::string> link_types;     ///< "ether", "infiniband"
    std::vector<std::string> ddp_profiles;
    std::vector<std::string> p_keys;  ///< plugin 3.7
    bool is_rdma = false;
    bool need_vhost_net = false;
    std::string vdpa_type;  ///< "", "virtio" or "vhost"

    bool operator==(const SriovSelectors&) const = default;
};

struct SriovResource {
    std::string name;               ///< [a-zA-Z0-9_]: becomes part of a variable's name
    std::string prefix;             ///< "": that of the plugin's command line
    std::string device_type;        ///< "": netDevice; accelerator, auxNetDevice
    bool exclude_topology = false;  ///< hides the NUMA node from kubelet
    std::vector<SriovSelectors>
        selectors;  ///< one is written as an object, as all versions read it
    /// Address or "*" -> key -> value; shown to pods in PCIDEVICE_..._INFO (plugin 3.6).
    std::map<std::string, std::map<std::string, std::string>> additional_info;

    bool operator==(const SriovResource&) const = default;
};

/// A network device that pods may get.
struct SriovDevice {
    std::string address;
    std::string vendor;  ///< four hex digits
    std::string device;
    std::string driver;    ///< planned
    std::string resource;  ///< named by the profile; "" to have one made
    int numa_node = -1;

    bool operator==(const SriovDevice&) const = default;
};

enum class SriovNaming {
    per_nic,  ///< <base>_1, <base>_2, ...: one a device, by its place in the list
    pool,     ///< <base>: all in one
    by_numa,  ///< <base>_numa0, ...
};

/// Resources for devices, in the order of the list, which the caller sorts so that it is stable
/// (by the ENI's device index, else by address; never by interface name). Devices with a resource
/// name of their own are gathered under it. Each holds exactly the planned driver, so that a device
/// that lost it vanishes instead of being handed out without a device node.
std::vector<SriovResource> sriov_resources(
    const std::vector<SriovDevice>& devices, SriovNaming naming, const std::string& base
);

/// What the AWS sample's dpdk-resource-builder.py makes of the same devices:
/// intel_sriov_netdevice_1 and so on, each with the drivers ena, igb_uio and vfio-pci.
std::vector<SriovResource> aws_sample_resources(const std::vector<SriovDevice>& devices);

/// Mistakes that the plugin would die of, or ignore silently. Each is one sentence.
std::vector<std::string> sriov_mistakes(const std::vector<SriovResource>& resources);

/// The file as Python's json.dump(indent=4) writes it, which is the sample's form byte for byte: no
/// final newline.
std::string print_sriov_config(const std::vector<SriovResource>& resources);

}  // namespace kiln::node
