#pragma once

#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

struct KeyPair {
    std::string id;
    std::string name;
    Tags tags;

    bool operator==(const KeyPair&) const = default;
};
std::vector<KeyPair> describe_key_pairs(const Region&, const Filters&, std::stop_token);

/// `public_key` as a line of authorized_keys. Only this half leaves the machine that made the pair.
/// When an answer got lost, the pair of that name that carries the tag `mark` is the one.
void import_key_pair(
    const Region&,
    const std::string& name,
    const std::string& public_key,
    const Tags& tags,
    const std::string& mark,
    std::stop_token
);
/// EC2 does not say whether there was one.
void delete_key_pair(const Region&, const std::string& name, std::stop_token);

}  // namespace kiln::aws::ec2
