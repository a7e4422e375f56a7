#include "plan/component_registry.hpp"

#include "plan/options/amazon_chroot.hpp"
#include "plan/options/amazon_data.hpp"
#include "plan/options/amazon_ebs.hpp"
#include "plan/options/amazon_ebssurrogate.hpp"
#include "plan/options/amazon_ebsvolume.hpp"
#include "plan/options/amazon_import.hpp"
#include "plan/options/amazon_instance.hpp"
#include "plan/options/amazon_publish.hpp"
#include "plan/options/ansible.hpp"
#include "plan/options/artifice.hpp"
#include "plan/options/aws_rules.hpp"
#include "plan/options/breakpoint.hpp"
#include "plan/options/checksum.hpp"
#include "plan/options/compress.hpp"
#include "plan/options/data_sources.hpp"
#include "plan/options/docker.hpp"
#include "plan/options/file_builder.hpp"
#include "plan/options/file_provisioner.hpp"
#include "plan/options/goss.hpp"
#include "plan/options/manifest.hpp"
#include "plan/options/node_tuning.hpp"
#include "plan/options/null_builder.hpp"
#include "plan/options/provenance.hpp"
#include "plan/options/qemu.hpp"
#include "plan/options/rootfs.hpp"
#include "plan/options/sbom.hpp"
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

// What every amazon builder tells besides.
std::vector<std::string> amazon_build_values() {
    return {
        "BuildRegion",
        "SourceAMI",
        "SourceAMIName",
        "SourceAMICreationDate",
        "SourceAMIOwner",
        "SourceAMIOwnerName"};
}

Types builders() {
    constexpr auto kRole = ComponentRole::builder;
    Types types = {
        runs<RootfsOptions>(
            kRole, "rootfs", "a bootable image from a distribution's packages, with no machine"
        ),
        runs<FileBuilderOptions>(kRole, "file", "a file, for trying post-processors"),
        runs<NullBuilderOptions>(kRole, "null", "no image, for trying provisioners"),
        runs<AmazonEbsOptions>(kRole, "amazon-ebs", "an AMI of an EC2 instance's own disks"),
        runs<AmazonEbssurrogateOptions>(
            kRole, "amazon-ebssurrogate", "an AMI of a second disk of an EC2 instance"
        ),
        runs<AmazonEbsvolumeOptions>(
            kRole, "amazon-ebsvolume", "EBS volumes that an EC2 instance has filled"
        ),
        checked<AmazonChrootOptions>(
            kRole, "amazon-chroot", "an AMI of a volume attached to the EC2 instance it runs on"
        ),
        checked<AmazonInstanceOptions>(kRole, "amazon-instance", "an AMI that lies in S3"),
        runs<QemuOptions>(kRole, "qemu", "a disk image that a virtual machine has filled"),
        checked<DockerOptions>(kRole, "docker", "a container image"),
    };
    for (ComponentType& type : types) {
        if (type.name.starts_with("amazon-")) {
            type.build_values = amazon_build_values();
            type.clean_resource_name = &clean_ami_name;
        }
    }
    add_named(
        types,
        kRole,
        {"azure-arm",
         "azure-chroot",
         "azure-dtl",
         "digitalocean",
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
        runs<AnsibleOptions>(kRole, "ansible", "runs an Ansible playbook from here"),
        runs<AnsibleLocalOptions>(kRole, "ansible-local", "runs Ansible playbooks on the machine"),
        runs<GossOptions>(kRole, "goss", "tests the machine with goss"),
    };
    add_named(
        types,
        kRole,
        {"chef-client",
         "chef-solo",
         "converge",
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
        runs<SbomOptions>(
            kRole, "sbom", "writes the software bill of materials of the artifact's image"
        ),
        runs<AmazonPublishOptions>(
            kRole, "amazon-publish", "makes an AMI of disk images, without an instance"
        ),
        checked<AmazonImportOptions>(kRole, "amazon-import", "makes an AMI of a disk image"),
        runs<ArtificeOptions>(
            kRole, "artifice", "makes other files than the builder's the artifact"
        ),
        runs<ProvenanceOptions>(
            kRole, "provenance", "writes what the artifact was made from as a SLSA statement"
        ),
        runs<CompressOptions>(kRole, "compress", "writes one archive of the artifact's files"),
        checked<DockerImportOptions>(
            kRole, "docker-import", "makes a container image of a tar archive"
        ),
        checked<DockerPushOptions>(
            kRole, "docker-push", "pushes a container image to its registry"
        ),
        checked<DockerSaveOptions>(
            kRole, "docker-save", "writes a container image to a tar archive"
        ),
        checked<DockerTagOptions>(kRole, "docker-tag", "names a container image"),
    };
    add_named(
        types,
        kRole,
        {"digitalocean-import",
         "googlecompute-export",
         "googlecompute-import",
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
    constexpr auto kRole = ComponentRole::data_source;
    Types types = {
        runs<AmazonAmiDataOptions>(kRole, "amazon-ami", "an AMI that is looked up"),
        runs<AmazonParameterDataOptions>(
            kRole, "amazon-parameterstore", "a parameter of the Systems Manager"
        ),
        runs<AmazonSecretDataOptions>(
            kRole, "amazon-secretsmanager", "a secret of the Secrets Manager"
        ),
        runs<HttpDataOptions>(kRole, "http", "what a web server answers"),
        runs<NullDataOptions>(kRole, "null", "a value that is given"),
    };
    add_named(
        types,
        kRole,
        {"hcp-packer-artifact", "hcp-packer-image", "hcp-packer-iteration", "hcp-packer-version"}
    );
    return sorted(std::move(types));
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
