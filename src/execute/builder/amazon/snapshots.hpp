#pragma once

#include "aws/ec2/instances.hpp"
#include "aws/ec2/parameters.hpp"
#include "execute/builder/amazon/ec2_build.hpp"

#include <map>
#include <string>

namespace kiln::exec {

/// The id of the volume that the instance has as `device_name`. Error{not_found} that lists those
/// that it has.
std::string volume_at(const aws::ec2::Instance& instance, const std::string& device_name);

/// Takes snapshots of `volumes` (device name -> volume id), all at once, and waits until they are
/// complete. Device name -> snapshot id.
std::map<std::string, std::string> snapshots_of(
    const Ec2Build& build,
    const std::map<std::string, std::string>& volumes,
    const std::string& description,
    const aws::ec2::Tags& tags
);

/// Waits until the volume is in `state`: "available", "in-use".
void wait_for_volume(const Ec2Build& build, const std::string& id, const std::string& state);

}  // namespace kiln::exec
