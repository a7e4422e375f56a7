#include "execute/datasource/amazon.hpp"

#include "aws/parameter_store.hpp"
#include "aws/secrets_manager.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/amazon/source_ami.hpp"

#include <utility>

namespace kiln::exec {

namespace {

hcl::Value text(const std::string& value) {
    return hcl::Value::string(to_valid_utf8(value));
}

std::string chosen_value(const std::string& secret, const std::optional<std::string>& key) {
    const auto members = aws::secret_members(secret);
    if (!members) {
        return secret;
    }
    if (key && !key->empty()) {
        const auto found = members->find(*key);
        return found == members->end() ? "" : found->second;
    }
    return members->empty() ? "" : members->begin()->second;
}

}  // namespace

hcl::Value read_amazon_ami(const plan::AmazonAmiDataOptions& options, AwsSessions& sessions) {
    const auto session = sessions.open(options.access, {});
    const aws::ec2::Image image = find_ami(session->ec2(), std::nullopt, options.filter, {});
    hcl::Members tags;
    for (const auto& [key, value] : image.tags) {
        tags.emplace(key, text(value));
    }
    return hcl::Value::object(
        {{"id", text(image.id)},
         {"name", text(image.name)},
         {"creation_date", text(image.creation_date)},
         {"owner", text(image.owner_id)},
         {"owner_name", text(image.owner_alias)},
         {"tags", hcl::Value::map(hcl::Type::string(), std::move(tags))}}
    );
}

hcl::Value read_amazon_parameter(
    const plan::AmazonParameterDataOptions& options, AwsSessions& sessions
) {
    const auto session = sessions.open(options.access, {});
    const aws::StoredParameter parameter = aws::get_parameter(
        session->client(), session->region(), options.name, options.with_decryption, {}
    );
    return hcl::Value::object(
        {{"value", text(parameter.value)},
         {"version", hcl::Value::number(hcl::Number(parameter.version))},
         {"arn", text(parameter.arn)}}
    );
}

hcl::Value read_amazon_secret(const plan::AmazonSecretDataOptions& options, AwsSessions& sessions) {
    const auto session = sessions.open(options.access, {});
    const aws::StoredSecret secret = aws::get_secret_value(
        session->client(),
        session->region(),
        {options.name, options.version_id.value_or(""), options.version_stage},
        {}
    );
    return hcl::Value::object(
        {{"value", text(chosen_value(secret.text, options.key))},
         {"secret_string", text(secret.text)},
         {"secret_binary", text(secret.binary)},
         {"version_id", text(secret.version_id)}}
    );
}

}  // namespace kiln::exec
