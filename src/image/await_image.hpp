#pragma once

#include "aws/ec2/images.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace kiln::image {

/// Waits until the image can be launched, and returns it as it is then. Error{command} with EC2's
/// reason when it fails, Error{timeout} when it is pending for longer than `longest`.
aws::ec2::Image await_image(
    const aws::ec2::Region& region,
    const std::string& id,
    std::chrono::seconds longest,
    const std::stop_token& stop
);

}  // namespace kiln::image
