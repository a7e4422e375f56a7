#include "execute/aws/amazon_parts.hpp"

#include "plan/options/amazon_ebs.hpp"
#include "plan/options/amazon_ebssurrogate.hpp"
#include "plan/options/amazon_ebsvolume.hpp"

namespace kiln::exec {

namespace {

AmazonParts parts_of(const plan::AmazonEbsOptions& ebs) {
    return {
        .access = &ebs.access,
        .instance = &ebs.instance,
        .ami = ebs.skip_create_ami ? nullptr : &ebs.ami,
        .launch_devices = ebs.launch_block_device_mappings,
        .ami_devices = ebs.ami_block_device_mappings};
}

AmazonParts parts_of(const plan::AmazonEbssurrogateOptions& surrogate) {
    AmazonParts parts{
        .access = &surrogate.access,
        .instance = &surrogate.instance,
        .ami = &surrogate.ami,
        .ami_devices = surrogate.ami_block_device_mappings};
    for (const plan::SurrogateVolumeOptions& volume : surrogate.launch_block_device_mappings) {
        parts.launch_devices.push_back(volume.device);
    }
    return parts;
}

AmazonParts parts_of(const plan::AmazonEbsvolumeOptions& volumes) {
    AmazonParts parts{.access = &volumes.access, .instance = &volumes.instance};
    for (const plan::EbsVolumeOptions& volume : volumes.ebs_volumes) {
        parts.launch_devices.push_back(volume.device);
        if (!volume.device.delete_on_termination) {
            parts.kept_volumes.push_back(volume.device.device_name);
        }
    }
    return parts;
}

}  // namespace

std::optional<AmazonParts> amazon_parts(const plan::Build& build) {
    const plan::DecodedOptions& options = build.builder.options;
    if (!options.has_table()) {
        return std::nullopt;
    }
    if (build.builder_type() == "amazon-ebs") {
        return parts_of(options.as<plan::AmazonEbsOptions>());
    }
    if (build.builder_type() == "amazon-ebssurrogate") {
        return parts_of(options.as<plan::AmazonEbssurrogateOptions>());
    }
    if (build.builder_type() == "amazon-ebsvolume") {
        return parts_of(options.as<plan::AmazonEbsvolumeOptions>());
    }
    return std::nullopt;
}

}  // namespace kiln::exec
