#include "execute/build_inputs.hpp"

#include "aws/endpoint.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::exec {

namespace {

// purl specification, "Rules for each purl component": all but these is percent-encoded.
std::string purl_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (is_alphanumeric(c) || std::string_view(".-_~:").find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

}  // namespace

void BuildInputs::add(const Resource& used) {
    const std::lock_guard lock(mutex_);
    if (std::find(used_.begin(), used_.end(), used) == used_.end()) {
        used_.push_back(used);
    }
}

std::vector<Resource> BuildInputs::list() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

std::string public_address(std::string_view url) {
    const std::string_view plain = url.substr(0, url.find_first_of("?#"));
    const std::size_t scheme = plain.find("://");
    if (scheme == std::string_view::npos) {
        return std::string(plain);
    }
    const std::size_t host = scheme + 3;
    const std::size_t path = std::min(plain.find('/', host), plain.size());
    const std::size_t at = plain.substr(0, path).rfind('@');
    if (at == std::string_view::npos || at < host) {
        return std::string(plain);
    }
    return std::string(plain.substr(0, host)) + std::string(plain.substr(at + 1));
}

std::string debian_package_url(
    const std::string& distribution,
    const std::string& name,
    const std::string& version,
    const std::string& architecture
) {
    return "pkg:deb/" + distribution + "/" + purl_encoded(name) + "@" + purl_encoded(version) +
           (architecture.empty() ? "" : "?arch=" + purl_encoded(architecture));
}

Resource ec2_resource(const std::string& region, const std::string& id) {
    const std::size_t dash = id.find('-');
    const std::string prefix = id.substr(0, dash);
    const std::map<std::string, const char*> kinds = {
        {"ami", "image"}, {"snap", "snapshot"}, {"vol", "volume"}};
    const auto kind = kinds.find(prefix);
    if (dash == std::string::npos || kind == kinds.end()) {
        return {.name = id};
    }
    return {
        .name = id,
        .uri =
            "arn:" + aws::partition_of(region) + ":ec2:" + region + "::" + kind->second + "/" + id,
        .digests = {{"ec2-" + prefix + "-id", id.substr(dash + 1)}}};
}

}  // namespace kiln::exec
