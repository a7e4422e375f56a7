#pragma once

#include "execute/build_context.hpp"
#include "plan/options/amazon_publish.hpp"
#include "publish/disk_source.hpp"

#include <string>

namespace kiln::exec {

/// Reads the root disk as a machine of EC2 would: Error{input} for what is no disk or not whole,
/// has no boot loader, is of another architecture than the options say, or whose kernels lack the
/// drivers of EC2's disks and network. What can not be read of it is a warning. Returns the boot
/// mode: the options' own, else what the disk's loaders can do.
std::string check_root_disk(
    const BuildContext& context,
    const publish::DiskSource& disk,
    const plan::AmazonPublishOptions& options
);

/// A further disk: whole, and with something that can be mounted.
void check_data_disk(const publish::DiskSource& disk);

}  // namespace kiln::exec
