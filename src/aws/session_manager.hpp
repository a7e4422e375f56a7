#pragma once

#include "aws/client.hpp"
#include "base/secret.hpp"

#include <stop_token>
#include <string>
#include <variant>

namespace kiln::aws {

/// A tunnel to a port of an instance, wanted of the Systems Manager.
struct PortForwarding {
    std::string instance_id;
    int remote_port = 22;
    int local_port = 0;

    bool operator==(const PortForwarding&) const = default;
};

/// A session as session-manager-plugin takes it.
struct PortSession {
    std::string id;
    std::string request;  ///< JSON of the parameters that it was asked for with
    /// JSON with SessionId, StreamUrl and TokenValue: whoever has it is in.
    Secret answer;
    Secret token;  ///< of it

    bool operator==(const PortSession&) const = default;
};

/// SSM's StartSession with the document AWS-StartPortForwardingSession. Never sent twice: it knows
/// no client token. A session that nobody opens, since its answer got lost, ends with its instance.
/// What the service says is a value: "TargetNotConnected" until the instance's agent has called.
std::variant<PortSession, ServiceError> start_port_session(
    Client& client, const std::string& region, const PortForwarding& wanted, std::stop_token stop
);

/// Ends it. An Error as the service words it.
void terminate_session(
    Client& client, const std::string& region, const std::string& session_id, std::stop_token stop
);

}  // namespace kiln::aws
