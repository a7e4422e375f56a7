#include "node/sriov_config.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNameLimit = 63;

bool is_resource_name(const std::string& name) {
    const auto fits = [](char c) { return is_alphanumeric(c) || c == '_'; };
    return !name.empty() && name.size() <= kNameLimit &&
           std::all_of(name.begin(), name.end(), fits);
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// dddd:bb:dd.f, the domain possibly longer; lower case.
bool is_pci_address(std::string_view text) {
    const std::size_t domain = text.find(':');
    if (domain == std::string_view::npos || domain < 4 || text.size() != domain + 8) {
        return false;
    }
    const std::string_view rest = text.substr(domain + 1);
    return is_hex(text.substr(0, domain)) && is_hex(rest.substr(0, 2)) && rest[2] == ':' &&
           is_hex(rest.substr(3, 2)) && rest[5] == '.' && rest[6] >= '0' && rest[6] <= '7';
}

Json selectors_json(const SriovSelectors& selectors) {
    const std::array<std::pair<const char*, const std::vector<std::string>*>, 11> lists = {{
        {"vendors", &selectors.vendors},
        {"devices", &selectors.devices},
        {"drivers", &selectors.drivers},
        {"pciAddresses", &selectors.pci_addresses},
        {"acpiIndexes", &selectors.acpi_indexes},
        {"auxTypes", &selectors.aux_types},
        {"pfNames", &selectors.pf_names},
        {"rootDevices", &selectors.root_devices},
        {"linkTypes", &selectors.link_types},
        {"ddpProfiles", &selectors.ddp_profiles},
        {"pKeys", &selectors.p_keys},
    }};
    Json json = Json::object();
    for (const auto& [key, list] : lists) {
        if (!list->empty()) {
            json[key] = *list;
        }
    }
    if (selectors.is_rdma) {
        json["isRdma"] = true;
    }
    if (selectors.need_vhost_net) {
        json["needVhostNet"] = true;
    }
    if (!selectors.vdpa_type.empty()) {
        json["vdpaType"] = selectors.vdpa_type;
    }
    return json;
}

Json resource_json(const SriovResource& resource) {
    Json json = {{"resourceName", resource.name}};
    if (!resource.prefix.empty()) {
        json["resourcePrefix"] = resource.prefix;
    }
    if (!resource.device_type.empty()) {
        json["deviceType"] = resource.device_type;
    }
    if (resource.exclude_topology) {
        json["excludeTopology"] = true;
    }
    if (resource.selectors.size() == 1) {
        json["selectors"] = selectors_json(resource.selectors.front());
    } else {
        json["selectors"] = Json::array();
        for (const SriovSelectors& one : resource.selectors) {
            json["selectors"].push_back(selectors_json(one));
        }
    }
    if (!resource.additional_info.empty()) {
        json["additionalInfo"] = resource.additional_info;
    }
    return json;
}

void add_once(std::vector<std::string>& list, const std::string& value) {
    if (!value.empty() && std::find(list.begin(), list.end(), value) == list.end()) {
        list.push_back(value);
    }
}

void add_device(
    std::vector<SriovResource>& resources, std::string name, const SriovDevice& device
) {
    auto resource = std::find_if(resources.begin(), resources.end(), [&](const auto& one) {
        return one.name == name;
    });
    if (resource == resources.end()) {
        resource = resources.insert(
            resources.end(), SriovResource{.name = std::move(name), .selectors = {{}}}
        );
    }
    SriovSelectors& selectors = resource->selectors.front();
    add_once(selectors.vendors, device.vendor);
    add_once(selectors.devices, device.device);
    add_once(selectors.drivers, device.driver);
    add_once(selectors.pci_addresses, device.address);
}

std::string made_name(
    const SriovDevice& device, std::size_t place, SriovNaming naming, const std::string& base
) {
    switch (naming) {
        case SriovNaming::pool:
            return base;
        case SriovNaming::by_numa:
            return base + "_numa" + std::to_string(std::max(device.numa_node, 0));
        case SriovNaming::per_nic:
            break;
    }
    return base + "_" + std::to_string(place + 1);
}

void check_selectors(
    const std::string& name, const SriovSelectors& selectors, std::vector<std::string>& mistakes
) {
    for (const auto* ids : {&selectors.vendors, &selectors.devices}) {
        for (const std::string& id : *ids) {
            if (id.size() != 4 || !is_hex(id)) {
                mistakes.push_back(
                    "resource " + name + ": \"" + id +
                    "\" is no vendor or device id; expected four lower-case hex digits"
                );
            }
        }
    }
    for (const std::string& address : selectors.pci_addresses) {
        if (!is_pci_address(address)) {
            mistakes.push_back(
                "resource " + name + ": \"" + address +
                "\" is no PCI address; expected the full form 0000:00:06.0"
            );
        }
    }
    if (selectors.is_rdma && !selectors.vdpa_type.empty()) {
        mistakes.push_back("resource " + name + ": isRdma and vdpaType exclude each other");
    }
    if (!selectors.vdpa_type.empty() && selectors.vdpa_type != "virtio" &&
        selectors.vdpa_type != "vhost") {
        mistakes.push_back("resource " + name + ": vdpaType is virtio or vhost");
    }
}

}  // namespace

std::vector<SriovResource> sriov_resources(
    const std::vector<SriovDevice>& devices, SriovNaming naming, const std::string& base
) {
    std::vector<SriovResource> resources;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const SriovDevice& device = devices[i];
        add_device(
            resources,
            device.resource.empty() ? made_name(device, i, naming, base) : device.resource,
            device
        );
    }
    return resources;
}

std::vector<SriovResource> aws_sample_resources(const std::vector<SriovDevice>& devices) {
    std::vector<SriovResource> resources;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        resources.push_back(
            {.name = "intel_sriov_netdevice_" + std::to_string(i + 1),
             .selectors =
                 {{.vendors = {"1d0f"},
                   .devices = {"ec20"},
                   .drivers = {"ena", "igb_uio", "vfio-pci"},
                   .pci_addresses = {devices[i].address}}}}
        );
    }
    return resources;
}

std::vector<std::string> sriov_mistakes(const std::vector<SriovResource>& resources) {
    std::vector<std::string> mistakes;
    std::set<std::string> names;
    std::set<std::string> addresses;
    for (const SriovResource& resource : resources) {
        if (!is_resource_name(resource.name)) {
            mistakes.push_back(
                "\"" + resource.name +
                "\" is no resource name; expected up to 63 letters, digits and underscores"
            );
        }
        if (!names.insert(resource.prefix + "/" + resource.name).second) {
            mistakes.push_back("resource " + resource.name + " is there twice");
        }
        if (resource.selectors.empty()) {
            mistakes.push_back(
                "resource " + resource.name +
                " has no selectors; the plugin ends when they are "
                "missing"
            );
        }
        for (const SriovSelectors& selectors : resource.selectors) {
            check_selectors(resource.name, selectors, mistakes);
            for (const std::string& address : selectors.pci_addresses) {
                if (!addresses.insert(address).second) {
                    mistakes.push_back(address + " is in more than one resource");
                }
            }
        }
    }
    return mistakes;
}

std::string print_sriov_config(const std::vector<SriovResource>& resources) {
    Json list = Json::array();
    for (const SriovResource& resource : resources) {
        list.push_back(resource_json(resource));
    }
    return Json{{"resourceList", std::move(list)}}.dump(4);
}

}  // namespace kiln::node
