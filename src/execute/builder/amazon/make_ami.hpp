#pragma once

#include "aws/ec2/block_device.hpp"
#include "aws/ec2/images.hpp"
#include "execute/builder/amazon/ec2_build.hpp"
#include "plan/options/aws_image.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::exec {

/// Region -> AMI.
using RegionImages = std::map<std::string, std::string>;

/// How the first AMI comes to be: from an instance, from snapshots. Takes the name and the tags
/// that image and snapshots have from their first moment, and returns the id.
using ImageMaker = std::function<std::string(const std::string& name, const aws::ec2::Tags& tags)>;

/// Images of the template's name, of the own account, in the build's region and in those that the
/// AMI is copied to. Error{exists} when there is one and it is not to be replaced.
void check_ami_name(const Ec2Build& build, const plan::AmiOptions& ami, bool force);

/// Makes the AMI and all that the template wants of it: encrypted copies, copies in other regions,
/// description, shares, deprecation, protection, tags. What is replaced (`force_deregister`) goes
/// only when the new image is there. Whatever this creates counts as temporary until its last step:
/// a failure, or the death of this process, leaves nothing behind that is not swept.
RegionImages make_ami(
    Ec2Build& build,
    const plan::AmiOptions& ami,
    bool force,
    const aws::ec2::Tags& run_tags,
    const ImageMaker& maker
);

/// Regions that the template copies to, without the build's own and without doubles.
std::vector<std::string> copy_regions(const Ec2Build& build, const plan::AmiOptions& ami);

}  // namespace kiln::exec
