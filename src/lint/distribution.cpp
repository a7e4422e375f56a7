#include "lint/distribution.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace kiln::lint {

namespace {

using Family = Distribution::Family;

struct Sign {
    std::string_view part;  ///< of a name, in lower case
    Family family;
    std::string_view name;
    bool has_boot_entries;
    bool has_predictable_names;
};

// Parts of image names, ISO names and user names; the first that fits counts. Boot entries:
// docs.fedoraproject.org (since Fedora 30), RHEL 8 and later, Amazon Linux 2023. Amazon Linux 2
// boots with net.ifnames=0.
constexpr std::array kSigns = {
    Sign{"ubuntu", Family::debian, "Ubuntu", false, true},
    Sign{"debian", Family::debian, "Debian", false, true},
    Sign{"al2023", Family::redhat, "Amazon Linux 2023", true, true},
    Sign{"amazon-linux-2023", Family::redhat, "Amazon Linux 2023", true, true},
    Sign{"amzn2", Family::redhat, "Amazon Linux 2", false, false},
    Sign{"amazon-linux-2", Family::redhat, "Amazon Linux 2", false, false},
    Sign{"amazon-eks-node", Family::redhat, "Amazon Linux 2", false, false},
    Sign{"rhel-7", Family::redhat, "RHEL 7", false, true},
    Sign{"rhel", Family::redhat, "RHEL", true, true},
    Sign{"centos-7", Family::redhat, "CentOS 7", false, true},
    Sign{"centos linux 7", Family::redhat, "CentOS 7", false, true},
    Sign{"centos", Family::redhat, "CentOS", false, true},
    Sign{"rocky", Family::redhat, "Rocky Linux", true, true},
    Sign{"almalinux", Family::redhat, "AlmaLinux", true, true},
    Sign{"fedora", Family::redhat, "Fedora", true, true},
};

// Accounts that publish images; the numbers are those their projects document.
struct Owner {
    std::string_view account;
    std::string_view sign;
};
constexpr std::array kOwners = {
    Owner{"099720109477", "ubuntu"},
    Owner{"136693071363", "debian"},
    Owner{"125523088429", "fedora"},
    Owner{"792107900819", "rocky"},
    Owner{"764336703387", "almalinux"},
};

const Sign* find_sign(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    const auto* found = std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& sign) {
        return text.find(sign.part) != std::string::npos;
    });
    return found == kSigns.end() ? nullptr : found;
}

std::vector<std::string> names_in_filter(const Options& filter) {
    std::vector<std::string> names;
    for (const auto& [key, value] : filter.entries("filters")) {
        if (key == "name" || key == "description") {
            names.push_back(value.text);
        }
    }
    for (const Options& entry : filter.blocks("filter")) {
        const std::optional<Text> key = entry.text("name");
        const std::optional<Text> value = entry.text("value");
        if (key && value && (key->text == "name" || key->text == "description")) {
            names.push_back(value->text);
        }
    }
    for (const Text& owner : filter.texts("owners")) {
        for (const Owner& known : kOwners) {
            if (owner.text == known.account) {
                names.emplace_back(known.sign);
            }
        }
    }
    return names;
}

std::vector<std::string> names_in(std::string_view builder_type, const Options& builder) {
    std::vector<std::string> names;
    if (builder_type == "rootfs") {
        const std::optional<Text> distribution = builder.text("distribution");
        return {distribution ? distribution->text : "debian"};
    }
    for (const Options& filter : builder.blocks("source_ami_filter")) {
        for (std::string& name : names_in_filter(filter)) {
            names.push_back(std::move(name));
        }
    }
    for (const char* option : {"ssh_username", "iso_url", "image"}) {
        if (const std::optional<Text> text = builder.text(option)) {
            names.push_back(text->text);
        }
    }
    for (const Text& url : builder.texts("iso_urls")) {
        names.push_back(url.text);
    }
    return names;
}

}  // namespace

Distribution distribution_of(std::string_view builder_type, const Options& builder) {
    Distribution result;
    for (const std::string& name : names_in(builder_type, builder)) {
        const Sign* sign = find_sign(name);
        if (sign == nullptr) {
            continue;
        }
        if (result.is_known() && result.family != sign->family) {
            return {};
        }
        if (!result.is_known()) {
            result = {
                sign->family,
                std::string(sign->name),
                sign->has_boot_entries,
                sign->has_predictable_names};
        }
    }
    return result;
}

}  // namespace kiln::lint
