#include "aws/endpoint.hpp"

#include "base/ascii.hpp"
#include "base/environment.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <string_view>

namespace kiln::aws {

namespace {

struct Partition {
    std::string_view region_prefix;
    std::string_view name;
    std::string_view suffix;             ///< of host names
    std::string_view dual_stack_suffix;  ///< the same, reachable by IPv6
    std::string_view global_region;      ///< that signs for what there is once
    std::string_view iam_host;           ///< botocore's endpoints.json, "iam"
};
// The last one is for every region that no other row names.
constexpr Partition kPartitions[] = {
    {"cn-",
     "aws-cn",
     "amazonaws.com.cn",
     "api.amazonwebservices.com.cn",
     "cn-north-1",
     "iam.cn-north-1.amazonaws.com.cn"},
    {"us-gov-",
     "aws-us-gov",
     "amazonaws.com",
     "api.aws",
     "us-gov-west-1",
     "iam.us-gov.amazonaws.com"},
    {"us-isob-",
     "aws-iso-b",
     "sc2s.sgov.gov",
     "sc2s.sgov.gov",
     "us-isob-east-1",
     "iam.us-isob-east-1.sc2s.sgov.gov"},
    {"us-iso-",
     "aws-iso",
     "c2s.ic.gov",
     "c2s.ic.gov",
     "us-iso-east-1",
     "iam.us-iso-east-1.c2s.ic.gov"},
    {"", "aws", "amazonaws.com", "api.aws", "us-east-1", "iam.amazonaws.com"}};

constexpr Service kConfigurable[] = {
    Service::ec2,
    Service::ebs,
    Service::ssm,
    Service::sts,
    Service::iam,
    Service::pricing,
    Service::secrets_manager,
    Service::sso_portal,
    Service::auto_scaling};

const Partition& partition(const std::string& region) {
    return *std::find_if(
        std::begin(kPartitions),
        std::end(kPartitions) - 1,
        [&region](const Partition& row) { return region.starts_with(row.region_prefix); }
    );
}

std::string without_slash(std::string url, const std::string& where) {
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
        throw Error(
            ErrorKind::input,
            "the endpoint \"" + url + "\" of " + where + " is not an http or https address"
        );
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

std::string of_services_section(
    const SharedConfig& config, const std::string& profile, const ServiceFacts& facts
) {
    const auto section = config.services.find(config.value(profile, "services"));
    if (section == config.services.end()) {
        return "";
    }
    const auto service = section->second.nested.find(std::string(facts.name));
    if (service == section->second.nested.end()) {
        return "";
    }
    const auto url = service->second.find("endpoint_url");
    return url == service->second.end() ? "" : url->second;
}

}  // namespace

std::string partition_of(const std::string& region) {
    return std::string(partition(region).name);
}

std::string global_region_of(const std::string& region) {
    return std::string(partition(region).global_region);
}

EndpointSettings endpoint_settings(
    const std::map<std::string, std::string>& environment,
    const SharedConfig& config,
    const std::string& profile
) {
    EndpointSettings settings;
    settings.fips = variable(environment, "AWS_USE_FIPS_ENDPOINT") == "true";
    settings.dual_stack = variable(environment, "AWS_USE_DUALSTACK_ENDPOINT") == "true";
    if (variable(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") {
        return settings;
    }
    for (const Service service : kConfigurable) {
        const ServiceFacts& facts = facts_of(service);
        const std::string of_service{facts.variable};
        const std::pair<std::string, std::string> places[] = {
            {of_service, variable(environment, of_service)},
            {"AWS_ENDPOINT_URL", variable(environment, "AWS_ENDPOINT_URL")},
            {"profile " + profile, of_services_section(config, profile, facts)},
            {"profile " + profile, config.value(profile, "endpoint_url")}};
        for (const auto& [where, url] : places) {
            if (!url.empty()) {
                settings.configured[service] = without_slash(url, where);
                break;
            }
        }
    }
    return settings;
}

std::string endpoint_url(
    Service service, const std::string& region, const EndpointSettings& settings
) {
    for (const auto* urls : {&settings.from_template, &settings.configured}) {
        if (const auto found = urls->find(service); found != urls->end()) {
            return without_slash(found->second, "the template");
        }
    }
    const Partition& row = partition(region);
    if (service == Service::iam) {
        // GovCloud's own is FIPS already; the others have none.
        const bool is_commercial = row.name == "aws";
        return "https://" +
               std::string(
                   settings.fips && is_commercial ? "iam-fips.amazonaws.com" : row.iam_host
               );
    }
    return "https://" + std::string(facts_of(service).host) + (settings.fips ? "-fips." : ".") +
           region + "." + std::string(settings.dual_stack ? row.dual_stack_suffix : row.suffix);
}

bool is_amazon_endpoint(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t start = scheme == std::string::npos ? 0 : scheme + 3;
    std::string host = url.substr(start, url.find_first_of(":/?#", start) - start);
    std::transform(host.begin(), host.end(), host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::any_of(std::begin(kPartitions), std::end(kPartitions), [&host](const auto& row) {
        return host.ends_with("." + std::string(row.suffix)) ||
               host.ends_with("." + std::string(row.dual_stack_suffix));
    });
}

std::optional<std::string> configured_region(
    const std::map<std::string, std::string>& environment,
    const SharedConfig& config,
    const std::string& profile
) {
    const std::pair<const char*, std::string> places[] = {
        {"AWS_REGION", variable(environment, "AWS_REGION")},
        {"AWS_DEFAULT_REGION", variable(environment, "AWS_DEFAULT_REGION")},
        {"the AWS configuration file", config.value(profile, "region")}};
    for (const auto& [where, region] : places) {
        if (region.empty()) {
            continue;
        }
        if (!is_region_name(region)) {
            throw Error(
                ErrorKind::input,
                std::string(where) + " says \"" + region + "\", which is not the name of a region"
            )
                .set_hint("a region is written like us-east-1");
        }
        return region;
    }
    return std::nullopt;
}

bool is_region_name(const std::string& text) {
    const bool letters = std::all_of(text.begin(), text.end(), [](char c) {
        return is_lower(c) || is_digit(c) || c == '-';
    });
    return letters && text.size() <= 32 && std::count(text.begin(), text.end(), '-') >= 2 &&
           text.front() != '-' && text.back() >= '0' && text.back() <= '9';
}

}  // namespace kiln::aws
