#pragma once

#include "aws/ec2/region.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// Images of one region that are about to go, and snapshots that go when they are gone, as the
/// journal keeps them.
struct AwsRemoval {
    std::string account;
    std::string region;
    std::vector<std::string> images;
    std::vector<std::string> snapshots;
    std::string profile;  ///< "" for none

    bool operator==(const AwsRemoval&) const = default;
};
/// "ami-1,ami-2 and snap-1,snap-2 in eu-west-1 of account 123456789012, by profile x".
std::string to_string(const AwsRemoval& removal);
std::optional<AwsRemoval> parse_aws_removal(std::string_view text);

/// The snapshots of a removal that are there and that no image maps: what is left to delete. While
/// one of the images is there, its snapshots stay.
std::vector<std::string> left_of_removal(
    const aws::ec2::Region& region, const AwsRemoval& removal, std::stop_token stop
);

}  // namespace kiln::exec
