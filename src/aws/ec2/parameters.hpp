#pragma once

#include "aws/service_call.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

/// Tags of one resource, or of several.
using Tags = std::map<std::string, std::string>;

/// What a describe call looks for: one of the values, each of which may hold * and ?.
struct Filter {
    std::string name;
    std::vector<std::string> values;

    bool operator==(const Filter&) const = default;
};
using Filters = std::vector<Filter>;

/// "ImageId.1", "ImageId.2", ...
void add_list(Parameters& parameters, const std::string& name, const std::vector<std::string>&);
/// "Filter.1.Name", "Filter.1.Value.1", ...
void add_filters(Parameters& parameters, const Filters& filters);
/// Adds nothing for an empty value: EC2 takes an empty one for one that is given.
void add_if(Parameters& parameters, const std::string& name, const std::string& value);
/// "true" or "false".
void add_bool(Parameters& parameters, const std::string& name, bool value);

/// "TagSpecification.1.ResourceType", "TagSpecification.1.Tag.1.Key", ...: the tags that a resource
/// has from its first moment. Kinds with no tags are left out.
struct TagsOfKind {
    std::string kind;  ///< "instance", "volume", "image", ...
    Tags tags;
};
void add_tag_specifications(Parameters& parameters, const std::vector<TagsOfKind>& kinds);

/// "Tag.1.Key", "Tag.1.Value", ...
void add_tags(Parameters& parameters, const std::string& prefix, const Tags& tags);

}  // namespace kiln::aws::ec2
