#include "aws/instance_metadata.hpp"

#include "base/error.hpp"

namespace kiln::aws {

namespace {

// Milliseconds. Off EC2 nothing answers at this address, and the user waits for it.
constexpr std::chrono::milliseconds kPatience{1000};

constexpr int kForbidden = 403;

}  // namespace

InstanceMetadata::InstanceMetadata(net::HttpTransport& transport, std::string endpoint)
    : transport_(transport), endpoint_(std::move(endpoint)) {}

std::optional<std::string> InstanceMetadata::ask(
    const std::string& method, const std::string& path, net::Headers headers, std::stop_token stop
) {
    net::HttpRequest request;
    request.method = method;
    request.url = endpoint_ + "/latest/" + path;
    request.headers = std::move(headers);
    request.connect_timeout = kPatience;
    request.timeout = kPatience;
    const net::HttpOutcome outcome = transport_.send(request, std::move(stop));
    const auto* response = std::get_if<net::HttpResponse>(&outcome);
    if (response != nullptr && response->status == kForbidden) {
        throw Error(
            ErrorKind::permission, "the instance metadata service at " + endpoint_ + " is disabled"
        );
    }
    if (response == nullptr || response->status != net::kHttpOk) {
        return std::nullopt;
    }
    return response->body;
}

std::optional<std::string> InstanceMetadata::get(const std::string& path, std::stop_token stop) {
    if (token_.empty()) {
        token_ = ask("PUT", "api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}, stop)
                     .value_or("");
    }
    if (token_.empty()) {
        return std::nullopt;
    }
    return ask("GET", path, {{"X-aws-ec2-metadata-token", token_}}, std::move(stop));
}

}  // namespace kiln::aws
