#pragma once

#include "aws/ec2/parameters.hpp"

#include <map>
#include <string>

namespace kiln::exec {

// Tags that tell later what an AMI is a release of; `kiln image history` and `prune` read them.
constexpr const char* kTemplateTag = "kiln:template";
constexpr const char* kSourceTag = "kiln:source-ami";
constexpr const char* kSourceNameTag = "kiln:source-name";

/// What the names of all releases have in common: "xrd-1.33-1763000000" -> "xrd-#-#". A version of
/// several parts is one number.
inline std::string name_without_numbers(const std::string& name) {
    std::string text;
    for (const char c : name) {
        if (c < '0' || c > '9') {
            text += c;
        } else if (!text.ends_with('#')) {
            text += '#';
        }
    }
    for (std::size_t at = text.find("#.#"); at != std::string::npos; at = text.find("#.#")) {
        text.erase(at, 2);
    }
    return text;
}

/// The tags of an AMI that a build makes. `source` is what the build knows of its source AMI:
/// "SourceAMI" and "SourceAMIName".
inline aws::ec2::Tags release_tags(
    const std::string& build_name,
    const std::string& ami_name,
    const std::map<std::string, std::string>& source
) {
    aws::ec2::Tags tags;
    // Many templates call their build amazon-ebs.node: the name of the AMI tells them apart.
    tags[kTemplateTag] = build_name + ":" + name_without_numbers(ami_name);
    if (const auto id = source.find("SourceAMI"); id != source.end()) {
        tags[kSourceTag] = id->second;
    }
    if (const auto name = source.find("SourceAMIName"); name != source.end()) {
        tags[kSourceNameTag] = name->second;
    }
    return tags;
}

}  // namespace kiln::exec
