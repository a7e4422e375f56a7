#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/machine.hpp"
#include "plan/options/aws_instance.hpp"

#include <memory>
#include <string>

namespace kiln::exec {

/// The keys by which builder and instance know each other.
struct BuildKeys {
    std::string name;      ///< of EC2's key pair; "" when the instance gets none
    Secret private_key;    ///< of the pair that was made for this build; else empty
    std::string host_key;  ///< that the instance was told to show; "" when it was not told
};

/// The instance as provisioners see it. Waits until it can be logged in to; when it never can, the
/// error ends with what the instance's console says.
std::unique_ptr<Machine> reach_instance(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const aws::ec2::Instance& instance,
    const BuildKeys& keys
);

/// The last thing done on the instance: what only this build needed is taken out of the image. The
/// key of the build's own SSH host, what cloud-init kept of the user data, and, where the template
/// wants it (`ssh_clear_authorized_keys`), the temporary key. Failures are no reason to stop.
void forget_the_build(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const BuildKeys& keys,
    Machine& machine
);

}  // namespace kiln::exec
