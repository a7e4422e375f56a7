#pragma once

#include "aws/ec2/region.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <vector>

/// How EC2's answers are read: a missing element, an empty one and an empty list are the same.
namespace kiln::aws::ec2 {

inline pugi::xml_node root_of(const Reply& reply) {
    return reply->document_element();
}

inline std::string text_of(const pugi::xml_node& node, const char* name) {
    return node.child(name).text().as_string();
}

inline bool bool_of(const pugi::xml_node& node, const char* name) {
    return text_of(node, name) == "true";
}

inline std::optional<bool> maybe_bool_of(const pugi::xml_node& node, const char* name) {
    const std::string text = text_of(node, name);
    return text.empty() ? std::nullopt : std::optional(text == "true");
}

inline std::int64_t number_of(const pugi::xml_node& node, const char* name) {
    return node.child(name).text().as_llong();
}

/// What `read` makes of each <item> of the list `name`.
template <class Read>
auto items_of(const pugi::xml_node& node, const char* name, const Read& read) {
    std::vector<decltype(read(pugi::xml_node()))> result;
    for (const pugi::xml_node& item : node.child(name).children("item")) {
        result.push_back(read(item));
    }
    return result;
}

inline std::map<std::string, std::string> tags_of(const pugi::xml_node& node) {
    std::map<std::string, std::string> tags;
    for (const pugi::xml_node& item : node.child("tagSet").children("item")) {
        tags[text_of(item, "key")] = text_of(item, "value");
    }
    return tags;
}

/// All pages of a describe call, each item of `list` read by `read`.
template <class Read>
auto describe_all(
    const Region& region,
    const Action& action,
    Parameters parameters,
    const char* list,
    const Read& read,
    const std::stop_token& stop
) {
    std::vector<decltype(read(pugi::xml_node()))> result;
    const std::size_t count = parameters.size();
    for (;;) {
        const Reply reply = region.call(action, parameters, stop);
        auto page = items_of(root_of(reply), list, read);
        result.insert(
            result.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end())
        );
        const std::string token = text_of(root_of(reply), "nextToken");
        if (token.empty()) {
            return result;
        }
        parameters.resize(count);
        parameters.emplace_back("NextToken", token);
    }
}

}  // namespace kiln::aws::ec2
