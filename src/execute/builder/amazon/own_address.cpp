#include "execute/builder/amazon/own_address.hpp"

#include "base/environment.hpp"
#include "base/strings.hpp"
#include "hcl/functions/address.hpp"

namespace kiln::exec {

namespace {

constexpr const char* kUrl = "https://checkip.amazonaws.com";
constexpr std::chrono::seconds kPatience{5};

}  // namespace

std::optional<std::string> own_network(const Ec2Build& build) {
    net::HttpRequest request;
    request.url = variable(build.context().effects.environment, "KILN_CHECKIP_URL", kUrl);
    request.connect_timeout = kPatience;
    request.timeout = kPatience;
    const net::HttpOutcome outcome = build.session().transport().send(request, build.stop());
    const auto* response = std::get_if<net::HttpResponse>(&outcome);
    if (response == nullptr || response->status != net::kHttpOk) {
        return std::nullopt;
    }
    const std::string address(trim(response->body));
    const std::string network = address + (address.find(':') == std::string::npos ? "/32" : "/128");
    return hcl::functions::parse_network(network) ? std::optional(network) : std::nullopt;
}

}  // namespace kiln::exec
