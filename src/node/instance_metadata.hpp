#pragma once

#include "node/node_facts.hpp"

#include <optional>
#include <string>
#include <string_view>

// What EC2's instance metadata service tells of the machine: IMDSv2, by plain HTTP on the link, so
// that no library is needed. Only the service's own addresses and loopback are ever asked.

namespace kiln::node {

inline const std::string kMetadataEndpoint = "http://169.254.169.254";

/// Adds type, id, zone, interfaces and the instance's tags, as far as the service tells. A service
/// that does not answer within a second is named in `missing`. Throws Error{usage} for an endpoint
/// that is neither 169.254.169.254 nor on 127.0.0.0/8.
void add_instance_metadata(const std::string& endpoint, NodeFacts& facts);

/// The instance as JSON, and back; nothing for what is no such JSON.
std::string print_instance_json(const InstanceFacts& instance);
std::optional<InstanceFacts> parse_instance_json(std::string_view json);

}  // namespace kiln::node
