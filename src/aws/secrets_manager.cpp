#include "aws/secrets_manager.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::aws {

namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

StoredSecret get_secret_value(
    Client& client, const std::string& region, const SecretQuery& query, std::stop_token stop
) {
    nlohmann::json request = {{"SecretId", query.name}};
    if (!query.version_id.empty()) {
        request["VersionId"] = query.version_id;
    }
    if (!query.version_stage.empty()) {
        request["VersionStage"] = query.version_stage;
    }
    const net::HttpResponse response = client.send_or_throw(
        json_call(Service::secrets_manager, "GetSecretValue", request.dump()),
        region,
        std::move(stop)
    );
    const nlohmann::json answer = nlohmann::json::parse(response.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("VersionId")) {
        // The answer itself is not shown: it may be the secret.
        throw Error(ErrorKind::network, "GetSecretValue: the answer holds no secret");
    }
    return {
        text_of(answer, "SecretString"),
        decode_base64(text_of(answer, "SecretBinary")).value_or(""),
        text_of(answer, "VersionId")};
}

std::optional<std::map<std::string, std::string>> secret_members(const std::string& text) {
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return std::nullopt;
    }
    std::map<std::string, std::string> members;
    for (const auto& [name, value] : object.items()) {
        members[name] = value.is_string() ? value.get<std::string>() : value.dump();
    }
    return members;
}

}  // namespace kiln::aws
