#include "plan/component_registry.hpp"

#include "plan/options/breakpoint.hpp"
#include "plan/options/checksum.hpp"
#include "plan/options/file_builder.hpp"
#include "plan/options/file_provisioner.hpp"
#include "plan/options/manifest.hpp"
#include "plan/options/node_tuning.hpp"
#include "plan/options/null_builder.hpp"
#include "plan/options/rootfs.hpp"
#include "plan/options/shell.hpp"
#include "plan/options/shell_local.hpp"
#include "plan/options/sleep.hpp"

#include <algorithm>
#include <utility>

namespace kiln::plan {

namespace {

template <class T>
ComponentType checked(ComponentRole role, std::string name, std::string summary) {
    ComponentType type;
    type.role = role;
    type.name = std::move(name);
    type.summary = std::move(summary);
    type.support = Support::options_only;
    type.options = &T::options;
    return type;
}

template <class T>
ComponentType runs(ComponentRole role, std::string name, std::string summary) {
    ComponentType type = checked<T>(role, std::move(name), std::move(summary));
    type.support = Support::runs;
    if constexpr (requires { &T::obstacle; }) {
        type.obstacle = [](const DecodedOptions& options) { return options.as<T>().obstacle(); };
    }
    return type;
}

using Types = std::vector<ComponentType>;

void add_named(Types& types, ComponentRole role, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        ComponentType type;
        type.role = role;
        type.name = name;
        types.push_back(std::move(type));
    }
}

Types sorted(Types types) {
    std::sort(types.begin(), types.end(), [](const ComponentType& a, const ComponentType& b) {
        return a.name < b.name;
    });
    return types;
}

Types builders() {
    constexpr auto kRole = ComponentRole::builder;
    Types types = {
        runs<RootfsOptions>(
            kRole, "rootfs", "a bootable image from a distribution's packages, with no machine"
        ),
        runs<FileBuilderOptions>(kRole, "file", "a file, for trying post-processors"),
        runs<NullBuilderOptions>(kRole, "null", "no image, for trying provisioners"),
    };
    add_named(
        types,
        kRole,
        {"amazon-chroot",
         "amazon-ebs",
         "amazon-ebssurrogate",
         "amazon-ebsvolume",
         "amazon-instance",
         "azure-arm",
         "azure-chroot",
         "azure-dtl",
         "digitalocean",
         "docker",
         "googlecompute",
         "hyperv-iso",
         "hyperv-vmcx",
         "lxc",
         "lxd",
         "openstack",
         "oracle-classic",
         "oracle-oci",
         "outscale-bsu",
         "parallels-iso",
         "proxmox-clone",
         "proxmox-iso",
         "qemu",
         "tencentcloud-cvm",
         "vagrant",
         "virtualbox-iso",
         "virtualbox-ovf",
         "virtualbox-vm",
         "vmware-iso",
         "vmware-vmx",
         "vsphere-clone",
         "vsphere-iso",
         "yandex"}
    );
    return sorted(std::move(types));
}

Types provisioners() {
    constexpr auto kRole = ComponentRole::provisioner;
    Types types = {
        runs<ShellOptions>(kRole, "shell", "runs scripts on the machine"),
        runs<ShellLocalOptions>(kRole, "shell-local", "runs scripts where kiln runs"),
        runs<FileProvisionerOptions>(kRole, "file", "copies files to the machine, or from it"),
        runs<NodeTuningOptions>(
            kRole, "node_tuning", "puts kiln-node and a node's tuning into the image"
        ),
        runs<SleepOptions>(kRole, "sleep", "waits"),
        runs<BreakpointOptions>(kRole, "breakpoint", "waits for the user"),
    };
    add_named(
        types,
        kRole,
        {"ansible",
         "ansible-local",
         "chef-client",
         "chef-solo",
         "converge",
         "goss",
         "hcp-sbom",
         "inspec",
         "powershell",
         "puppet-masterless",
         "puppet-server",
         "salt-masterless",
         "windows-restart",
         "windows-shell",
         "windows-update"}
    );
    return sorted(std::move(types));
}

Types post_processors() {
    constexpr auto kRole = ComponentRole::post_processor;
    Types types = {
        runs<ManifestOptions>(kRole, "manifest", "writes what was made to a JSON file"),
        runs<ChecksumOptions>(kRole, "checksum", "writes digests of the artifact's files"),
        runs<ShellLocalOptions>(kRole, "shell-local", "runs scripts where kiln runs"),
    };
    add_named(
        types,
        kRole,
        {"amazon-import",
         "artifice",
         "compress",
         "digitalocean-import",
         "docker-import",
         "docker-push",
         "docker-save",
         "docker-tag",
         "googlecompute-export",
         "googlecompute-import",
         "provenance",
         "ucloud-import",
         "vagrant",
         "vagrant-cloud",
         "vsphere",
         "vsphere-template",
         "yandex-export",
         "yandex-import"}
    );
    return sorted(std::move(types));
}

Types data_sources() {
    Types types;
    add_named(
        types,
        ComponentRole::data_source,
        {"amazon-ami",
         "amazon-parameterstore",
         "amazon-secretsmanager",
         "hcp-packer-artifact",
         "hcp-packer-image",
         "hcp-packer-iteration",
         "hcp-packer-version",
         "http",
         "null"}
    );
    return types;
}

}  // namespace

const char* name_of(ComponentRole role) {
    switch (role) {
        case ComponentRole::builder:
            return "builder";
        case ComponentRole::provisioner:
            return "provisioner";
        case ComponentRole::post_processor:
            return "post-processor";
        case ComponentRole::data_source:
            return "data source";
    }
    return "";
}

const std::vector<ComponentType>& component_types(ComponentRole role) {
    static const Types all_builders = builders();
    static const Types all_provisioners = provisioners();
    static const Types all_post_processors = post_processors();
    static const Types all_data_sources = data_sources();
    switch (role) {
        case ComponentRole::builder:
            return all_builders;
        case ComponentRole::provisioner:
            return all_provisioners;
        case ComponentRole::post_processor:
            return all_post_processors;
        case ComponentRole::data_source:
            break;
    }
    return all_data_sources;
}

const ComponentType* find_component_type(ComponentRole role, std::string_view name) {
    const Types& types = component_types(role);
    const auto found = std::find_if(types.begin(), types.end(), [&](const ComponentType& type) {
        return type.name == name;
    });
    return found == types.end() ? nullptr : &*found;
}

std::vector<std::string> component_names(ComponentRole role) {
    std::vector<std::string> names;
    for (const ComponentType& type : component_types(role)) {
        names.push_back(type.name);
    }
    return names;
}

const std::vector<std::string>& common_build_values() {
    static const std::vector<std::string> names = {
        "ID",
        "Host",
        "Port",
        "User",
        "Password",
        "ConnType",
        "PackerRunUUID",
        "PackerHTTPIP",
        "PackerHTTPPort",
        "PackerHTTPAddr",
        "SSHPublicKey",
        "SSHPrivateKey",
        "WinRMPassword"};
    return names;
}

}  // namespace kiln::plan
