#include "aws/ec2/parameters.hpp"

namespace kiln::aws::ec2 {

void add_list(
    Parameters& parameters, const std::string& name, const std::vector<std::string>& values
) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        parameters.emplace_back(name + "." + std::to_string(i + 1), values[i]);
    }
}

void add_filters(Parameters& parameters, const Filters& filters) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const std::string prefix = "Filter." + std::to_string(i + 1);
        parameters.emplace_back(prefix + ".Name", filters[i].name);
        add_list(parameters, prefix + ".Value", filters[i].values);
    }
}

void add_if(Parameters& parameters, const std::string& name, const std::string& value) {
    if (!value.empty()) {
        parameters.emplace_back(name, value);
    }
}

void add_bool(Parameters& parameters, const std::string& name, bool value) {
    parameters.emplace_back(name, value ? "true" : "false");
}

void add_tags(Parameters& parameters, const std::string& prefix, const Tags& tags) {
    int number = 0;
    for (const auto& [key, value] : tags) {
        const std::string tag = prefix + "." + std::to_string(++number);
        parameters.emplace_back(tag + ".Key", key);
        parameters.emplace_back(tag + ".Value", value);
    }
}

void add_tag_specifications(Parameters& parameters, const std::vector<TagsOfKind>& kinds) {
    int number = 0;
    for (const TagsOfKind& kind : kinds) {
        if (!kind.tags.empty()) {
            const std::string prefix = "TagSpecification." + std::to_string(++number);
            parameters.emplace_back(prefix + ".ResourceType", kind.kind);
            add_tags(parameters, prefix + ".Tag", kind.tags);
        }
    }
}

}  // namespace kiln::aws::ec2
