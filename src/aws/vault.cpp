#include "aws/vault.hpp"

#include "aws/credential_answers.hpp"
#include "aws/percent_encoding.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::aws {

namespace {

constexpr int kForbidden = 403;
constexpr int kNotFound = 404;

std::string without_slashes(std::string text) {
    while (text.ends_with('/')) {
        text.pop_back();
    }
    return text.substr(std::min(text.find_first_not_of('/'), text.size()));
}

std::string creds_url(const VaultKeys& keys) {
    std::string url = without_slashes(keys.address) + "/v1/" +
                      percent_encode_path(without_slashes(keys.engine)) + "/creds/" +
                      percent_encode(keys.name);
    char before = '?';
    for (const auto& [name, value] : {std::pair("role_arn", keys.role_arn), {"ttl", keys.ttl}}) {
        if (!value.empty()) {
            url += std::exchange(before, '&') + std::string(name) + "=" + percent_encode(value);
        }
    }
    return url;
}

/// {"errors": ["permission denied"]}, which is how Vault refuses.
std::string words_of(const net::HttpResponse& response) {
    const auto json = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    std::string words = "HTTP " + std::to_string(response.status);
    if (!json.is_object() || !json.contains("errors") || !json["errors"].is_array()) {
        return words;
    }
    for (const auto& error : json["errors"]) {
        words += error.is_string() ? ": " + error.get<std::string>() : "";
    }
    return words;
}

Error refusal(const VaultKeys& keys, const net::HttpResponse& response) {
    const std::string path = keys.engine + "/creds/" + keys.name;
    const std::string message =
        "Vault at " + keys.address + " gives no keys of " + path + ": " + words_of(response);
    switch (response.status) {
        case kForbidden:
            return Error(ErrorKind::permission, message)
                .set_hint(
                    "log in with `vault login`, or set VAULT_TOKEN to a token that may read " + path
                );
        case kNotFound:
            return Error(ErrorKind::not_found, message)
                .set_hint(
                    "check engine_name and name of vault_aws_engine, and VAULT_NAMESPACE; "
                    "`vault secrets list` shows the engines"
                );
        default:
            return {ErrorKind::network, message};
    }
}

}  // namespace

Credentials ask_vault(
    const VaultKeys& keys,
    const std::string& token,
    net::HttpTransport& transport,
    sys::Clock& clock,
    std::stop_token stop
) {
    net::HttpRequest request;
    request.url = creds_url(keys);
    request.headers = {{"X-Vault-Token", token}, {"X-Vault-Request", "true"}};
    if (!keys.space.empty()) {
        request.headers.push_back({"X-Vault-Namespace", keys.space});
    }
    const net::HttpOutcome outcome = transport.send(request, std::move(stop));
    if (const auto* failure = std::get_if<net::TransportFailure>(&outcome)) {
        throw Error(ErrorKind::network, failure->message)
            .set_hint("VAULT_ADDR says where Vault is");
    }
    const auto& response = std::get<net::HttpResponse>(outcome);
    if (response.status != net::kHttpOk) {
        throw refusal(keys, response);
    }
    return read_vault_answer(response.body, clock.wall_now());
}

}  // namespace kiln::aws
