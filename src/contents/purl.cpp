#include "contents/purl.hpp"

#include <cctype>
#include <string_view>

namespace kiln::contents {
namespace {

std::string encoded(std::string_view text) {
    constexpr const char* kHex = "0123456789ABCDEF";
    std::string result;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        // purl-spec, "Character encoding": the colon stays as it is.
        if (std::isalnum(value) != 0 || std::string_view("-._~:").find(byte) != std::string::npos) {
            result += byte;
        } else {
            result += '%';
            result += kHex[value >> 4U];
            result += kHex[value & 15U];
        }
    }
    return result;
}

std::string value_of(const Assignments& variables, const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
}

}  // namespace

std::string package_url(const Package& package, const Assignments& os_release) {
    const bool is_rpm = package.kind == PackageKind::rpm;
    const std::string id = value_of(os_release, "ID");
    const std::string release = value_of(os_release, "VERSION_ID");
    std::string version = package.version;
    std::string epoch;
    if (const std::size_t colon = version.find(':'); is_rpm && colon != std::string::npos) {
        epoch = version.substr(0, colon);  // the type rpm has it as a qualifier
        version.erase(0, colon + 1);
    }
    std::string url = is_rpm ? "pkg:rpm/" : "pkg:deb/";
    url += id.empty() ? "" : encoded(id) + "/";
    url += encoded(package.name) + "@" + encoded(version);
    std::string qualifiers;
    const auto add = [&qualifiers](std::string_view key, const std::string& value) {
        if (!value.empty()) {
            qualifiers += qualifiers.empty() ? "?" : "&";
            qualifiers += std::string(key) + "=" + encoded(value);
        }
    };
    add("arch", package.architecture);
    add("distro", id.empty() || release.empty() ? id : id + "-" + release);
    add("epoch", epoch);
    if (!package.source.empty() && package.source != package.name) {
        add("upstream",
            package.source_version.empty() || package.source_version == package.version
                ? package.source
                : package.source + "@" + package.source_version);
    }
    return url + qualifiers;
}

}  // namespace kiln::contents
