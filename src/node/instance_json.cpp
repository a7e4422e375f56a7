#include "base/strings.hpp"
#include "node/instance_metadata.hpp"
#include "node/text_or_null.hpp"

#include <nlohmann/json.hpp>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

std::string text_at(const Json& object, const char* key) {
    const Json& value = object.at(key);
    return value.is_null() ? "" : value.get<std::string>();
}

}  // namespace

std::string print_instance_json(const InstanceFacts& instance) {
    Json enis = Json::array();
    for (const EniFacts& eni : instance.enis) {
        enis.push_back(
            {{"id", text_or_null(eni.id)},
             {"mac", text_or_null(eni.mac)},
             {"device_index", eni.device_index},
             {"network_card", eni.network_card},
             {"subnet", text_or_null(eni.subnet)},
             {"subnet_cidr", text_or_null(eni.subnet_cidr)},
             {"addresses", eni.addresses}}
        );
    }
    Json tags = Json::object();
    for (const auto& [key, value] : instance.tags) {
        tags[to_valid_utf8(key)] = to_valid_utf8(value);
    }
    const Json document = {
        {"type", text_or_null(instance.type)},
        {"id", text_or_null(instance.id)},
        {"zone", text_or_null(instance.zone)},
        {"enis", std::move(enis)},
        {"tags", std::move(tags)}};
    return document.dump(2) + "\n";
}

std::optional<InstanceFacts> parse_instance_json(std::string_view json) {
    try {
        const Json document = Json::parse(json);
        InstanceFacts instance;
        instance.type = text_at(document, "type");
        instance.id = text_at(document, "id");
        instance.zone = text_at(document, "zone");
        for (const Json& one : document.at("enis")) {
            instance.enis.push_back(
                {text_at(one, "id"),
                 text_at(one, "mac"),
                 one.at("device_index").get<int>(),
                 one.at("network_card").get<int>(),
                 text_at(one, "subnet"),
                 text_at(one, "subnet_cidr"),
                 one.at("addresses").get<std::vector<std::string>>()}
            );
        }
        instance.tags = document.at("tags").get<std::map<std::string, std::string>>();
        return instance;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace kiln::node
