#include "aws/ec2/key_pairs.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/elements.hpp"
#include "base/base64.hpp"

namespace kiln::aws::ec2 {

std::vector<KeyPair> describe_key_pairs(
    const Region& region, const Filters& filters, std::stop_token stop
) {
    Parameters parameters;
    add_filters(parameters, filters);
    return describe_all(
        region,
        kDescribeKeyPairs,
        parameters,
        "keySet",
        [](const pugi::xml_node& item) {
            return KeyPair{text_of(item, "keyPairId"), text_of(item, "keyName"), tags_of(item)};
        },
        stop
    );
}

void import_key_pair(
    const Region& region,
    const std::string& name,
    const std::string& public_key,
    const Tags& tags,
    const std::string& mark,
    std::stop_token stop
) {
    Parameters parameters{{"KeyName", name}, {"PublicKeyMaterial", encode_base64(public_key)}};
    add_tag_specifications(parameters, {{"key-pair", tags}});
    created_once(
        region,
        kImportKeyPair,
        parameters,
        [](const Reply& reply) { return text_of(root_of(reply), "keyName"); },
        [&]() -> std::optional<std::string> {
            const auto found = describe_key_pairs(
                region, {{"key-name", {name}}, {std::string("tag:") + kMarkTag, {mark}}}, stop
            );
            return found.empty() ? std::nullopt : std::optional(found.front().name);
        },
        stop
    );
}

void delete_key_pair(const Region& region, const std::string& name, std::stop_token stop) {
    region.remove(kDeleteKeyPair, {{"KeyName", name}}, std::move(stop));
}

}  // namespace kiln::aws::ec2
