#pragma once

#include "execute/builder/amazon/ec2_build.hpp"

#include <optional>
#include <string>

namespace kiln::exec {

/// The network of one address, "192.0.2.1/32", that this machine has for the rest of the world, as
/// Amazon's checkip service (or what KILN_CHECKIP_URL names) sees it. Nothing when it does not
/// answer.
std::optional<std::string> own_network(const Ec2Build& build);

}  // namespace kiln::exec
