#include "plan/upgrade/fix.hpp"

#include "base/strings.hpp"
#include "plan/upgrade/text_member.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace kiln::plan {

namespace {

using Json = nlohmann::ordered_json;

/// An option of components whose type begins with `types` that has another name today. When both
/// are there, the new one wins. An empty new name: the option is gone.
struct Rename {
    std::string_view types;
    std::string_view old_name;
    std::string_view new_name;
};

constexpr Rename kBuilderRenames[] = {
    {"", "ssh_key_path", "ssh_private_key_file"},
    {"", "ssh_disable_agent", "ssh_disable_agent_forwarding"},
    {"", "ssh_wait_timeout", "ssh_timeout"},
    {"amazon-", "shutdown_behaviour", "shutdown_behavior"},
    {"amazon-", "enhanced_networking", "ena_support"},
    {"amazon-", "spot_price_auto_product", ""},
    {"azure-", "exlude_from_latest", "exclude_from_latest"},
    {"docker", "login_email", ""},
    {"hyperv-iso", "vhd_temp_path", ""},
    {"hyperv-vmcx", "clone_from_vmxc_path", "clone_from_vmcx_path"},
    {"hyperv-", "cpu", "cpus"},
    {"hyperv-", "ram_size", "memory"},
    {"parallels-", "headless", ""},
    {"parallels-", "parallels_tools_host_path", ""},
    {"parallels-", "guest_os_distribution", "guest_os_type"},
    {"qemu", "ssh_host_port_min", "host_port_min"},
    {"qemu", "ssh_host_port_max", "host_port_max"},
    {"virtualbox-", "ssh_host_port_min", "host_port_min"},
    {"virtualbox-", "ssh_host_port_max", "host_port_max"},
    {"virtualbox-", "ssh_skip_nat_mapping", "skip_nat_mapping"},
};

constexpr Rename kProvisionerRenames[] = {{"ansible-local", "galaxycommand", "galaxy_command"}};

constexpr Rename kPostProcessorRenames[] = {
    {"manifest", "filename", "output"},
    {"docker-tag", "tag", "tags"},
};

struct TypeRename {
    std::string_view old_name;
    std::string_view new_name;
};
constexpr TypeRename kBuilderTypes[] = {
    {"virtualbox", "virtualbox-iso"},
    {"vmware", "vmware-iso"},
    {"proxmox", "proxmox-iso"},
};

/// The member under its new name, where the old one stood.
void rename(Json& component, std::string_view from, std::string_view to) {
    if (!component.contains(from)) {
        return;
    }
    const bool taken = to.empty() || component.contains(to);
    Json renamed = Json::object();
    for (auto& [name, value] : component.items()) {
        if (name != from) {
            renamed[name] = std::move(value);
        } else if (!taken) {
            renamed[std::string(to)] = std::move(value);
        }
    }
    component = std::move(renamed);
}

template <std::size_t N>
void rename_options(Json& component, const Rename (&renames)[N]) {
    const std::string type = text_member(component, "type");
    for (const Rename& entry : renames) {
        if (type.starts_with(entry.types)) {
            rename(component, entry.old_name, entry.new_name);
        }
    }
}

void rename_type(Json& builder) {
    for (const TypeRename& entry : kBuilderTypes) {
        if (text_member(builder, "type") == entry.old_name) {
            builder["type"] = entry.new_name;
        }
    }
}

void replace_in_strings(Json& value) {
    if (value.is_string()) {
        std::string text = value.get<std::string>();
        text = replace_all(std::move(text), "clean_image_name", "clean_resource_name");
        value = replace_all(std::move(text), "clean_ami_name", "clean_resource_name");
    } else if (value.is_structured()) {
        for (Json& member : value) {
            replace_in_strings(member);
        }
    }
}

/// `iso_md5`, and `iso_checksum` beside `iso_checksum_type` and `iso_checksum_url`, all became
/// `iso_checksum = "TYPE:VALUE"`.
void merge_checksum(Json& builder) {
    if (const std::string md5 = text_member(builder, "iso_md5"); !md5.empty()) {
        rename(builder, "iso_md5", "iso_checksum");
        builder["iso_checksum_type"] = "md5";
    }
    const std::string type = text_member(builder, "iso_checksum_type");
    const std::string url = text_member(builder, "iso_checksum_url");
    const std::string checksum = text_member(builder, "iso_checksum");
    if (!url.empty() && checksum.empty()) {
        rename(builder, "iso_checksum_url", "iso_checksum");
        builder["iso_checksum"] = "file:" + url;
    } else if (type == "none") {
        builder["iso_checksum"] = type;
    } else if (!checksum.empty() && !type.empty()) {
        builder["iso_checksum"] = type + ":" + checksum;
    }
    builder.erase("iso_checksum_type");
    builder.erase("iso_checksum_url");
}

void fix_amazon(Json& builder) {
    if (!text_member(builder, "type").starts_with("amazon-")) {
        return;
    }
    if (const auto found = builder.find("ssh_private_ip"); found != builder.end()) {
        const bool is_private = *found == Json(true) || *found == Json("true");
        rename(builder, "ssh_private_ip", "ssh_interface");
        builder["ssh_interface"] = is_private ? "private_ip" : "public_ip";
    }
    constexpr const char* kOld = "temporary_security_group_source_cidr";
    if (const std::string block = text_member(builder, kOld); !block.empty()) {
        rename(builder, kOld, "temporary_security_group_source_cidrs");
        builder["temporary_security_group_source_cidrs"] = Json::array({block});
    }
}

/// A number of MB became a text with its unit.
void fix_disk_size(Json& builder) {
    const auto found = builder.find("disk_size");
    if (text_member(builder, "type") == "qemu" && found != builder.end() &&
        found->is_number_integer()) {
        *found = std::to_string(found->get<std::int64_t>()) + "M";
    }
}

void fix_builder(Json& builder) {
    rename_type(builder);
    rename_options(builder, kBuilderRenames);
    merge_checksum(builder);
    fix_amazon(builder);
    fix_disk_size(builder);
    replace_in_strings(builder);
}

void fix_post_processor(Json& entry) {
    rename_options(entry, kPostProcessorRenames);
    // `tags` is a list, where `tag` could be one text.
    if (const auto tags = entry.find("tags");
        text_member(entry, "type") == "docker-tag" && tags != entry.end() && tags->is_string()) {
        *tags = Json::array({*tags});
    }
}

void fix_post_processors(Json& list) {
    for (Json& entry : list) {
        if (entry.is_array()) {
            for (Json& member : entry) {
                if (member.is_object()) {
                    fix_post_processor(member);
                }
            }
        } else if (entry.is_object()) {
            fix_post_processor(entry);
        }
    }
}

}  // namespace

void fix_template(Json& root) {
    if (!root.is_object()) {
        return;
    }
    if (root.contains("builders") && root["builders"].is_array()) {
        for (Json& builder : root["builders"]) {
            if (builder.is_object()) {
                fix_builder(builder);
            }
        }
    }
    if (root.contains("provisioners") && root["provisioners"].is_array()) {
        for (Json& provisioner : root["provisioners"]) {
            if (provisioner.is_object()) {
                rename_options(provisioner, kProvisionerRenames);
            }
        }
    }
    if (root.contains("post-processors") && root["post-processors"].is_array()) {
        fix_post_processors(root["post-processors"]);
    }
}

}  // namespace kiln::plan
