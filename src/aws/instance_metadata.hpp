#pragma once

#include "net/http.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace kiln::aws {

/// The metadata of the EC2 instance that this process runs on, by IMDSv2 only. (EC2 User Guide,
/// "Use the Instance Metadata Service".)
class InstanceMetadata {
public:
    /// `endpoint` without a slash at its end.
    InstanceMetadata(net::HttpTransport& transport, std::string endpoint);

    /// The text below /latest/, "meta-data/placement/region" say. Nothing when there is no metadata
    /// service here, or it has no such thing.
    std::optional<std::string> get(const std::string& path, std::stop_token stop);

private:
    std::optional<std::string> ask(
        const std::string& method,
        const std::string& path,
        net::Headers headers,
        std::stop_token stop
    );

    net::HttpTransport& transport_;
    std::string endpoint_;
    std::string token_;
};

}  // namespace kiln::aws
