#include "aws/fetch_credentials.hpp"

#include "aws/client.hpp"
#include "aws/credential_answers.hpp"
#include "aws/instance_metadata.hpp"
#include "aws/percent_encoding.hpp"
#include "aws/vault.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "net/curl_transport.hpp"

#include <array>

namespace kiln::aws {

namespace {

/// The host of `url`, without its port.
std::string host_of(const std::string& url) {
    const auto begin = url.find("://") + 3;
    const auto end = url.find_first_of("/?", begin);
    std::string host = url.substr(begin, end == std::string::npos ? end : end - begin);
    const auto colon = host.rfind(':');
    if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        host.resize(colon);
    }
    return host;
}

/// A token may be sent without TLS only to this machine and to the places that AWS gives it.
bool may_be_plain(const std::string& host) {
    constexpr std::array kPlaces = {
        "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]"};
    return host.starts_with("127.") ||
           std::find(kPlaces.begin(), kPlaces.end(), host) != kPlaces.end();
}

/// Managed policies and tags of the session, as the lists of a query service.
void add_narrowing(Parameters& parameters, const AssumedRole& role) {
    const auto member = [](const char* list, std::size_t index) {
        return std::string(list) + ".member." + std::to_string(index + 1);
    };
    for (std::size_t i = 0; i < role.policy_arns.size(); ++i) {
        parameters.emplace_back(member("PolicyArns", i) + ".arn", role.policy_arns[i]);
    }
    std::size_t number = 0;
    for (const auto& [key, value] : role.tags) {
        const std::string tag = member("Tags", number++);
        parameters.emplace_back(tag + ".Key", key);
        parameters.emplace_back(tag + ".Value", value);
    }
    for (std::size_t i = 0; i < role.transitive_tag_keys.size(); ++i) {
        parameters.emplace_back(member("TransitiveTagKeys", i), role.transitive_tag_keys[i]);
    }
}

class Fetcher {
public:
    Fetcher(const CredentialWorld& world, std::stop_token stop)
        : world_(world), stop_(std::move(stop)) {}

    std::optional<Credentials> operator()(const GivenKeys& keys) const { return keys.credentials; }

    std::optional<Credentials> operator()(const AssumedRole& role) const {
        if (role.mfa_serial.empty()) {
            return assume(role);
        }
        return world_.roles_by_code.get(role, world_.clock, [&] { return assume(role); });
    }

    std::optional<Credentials> operator()(const WebIdentityRole& role) const {
        return ask_sts(
            "AssumeRoleWithWebIdentity",
            {{"RoleArn", role.role_arn},
             {"RoleSessionName", role.session_name},
             {"WebIdentityToken", std::string(trim(world_.files.read_file(role.token_file)))}},
            nullptr
        );
    }

    std::optional<Credentials> operator()(const SsoRole& role) const {
        const std::string remedy = "log in with `aws sso login`";
        if (!world_.files.status_followed(role.token_file)) {
            throw Error(ErrorKind::permission, "there is no token in " + role.token_file)
                .set_hint(remedy);
        }
        const SsoToken token = read_sso_token(world_.files.read_file(role.token_file));
        if (token.access_token.empty() ||
            (token.expires_at && *token.expires_at <= world_.clock.wall_now())) {
            throw Error(ErrorKind::permission, "the token in " + role.token_file + " has expired")
                .set_hint(remedy);
        }
        ServiceCall call;
        call.service = Service::sso_portal;
        call.action = "GetRoleCredentials";
        call.method = "GET";
        call.path_and_query =
            "/federation/credentials?role_name=" + percent_encode(role.role_name) +
            "&account_id=" + percent_encode(role.account_id);
        call.headers = {{"x-amz-sso_bearer_token", token.access_token.reveal()}};
        Client client(world_.transport, world_.clock, world_.random, world_.endpoints, nullptr);
        return read_sso_answer(client.send_or_throw(call, role.sso_region, stop_).body);
    }

    std::optional<Credentials> operator()(const CredentialProcess& process) const {
        sys::Command command;
        command.argv = {"/bin/sh", "-c", process.command};
        command.environment = world_.environment;
        return read_process_answer(sys::run_checked(world_.processes, command, stop_));
    }

    std::optional<Credentials> operator()(const ContainerEndpoint& endpoint) const {
        if (!endpoint.url.starts_with("https://") && !may_be_plain(host_of(endpoint.url))) {
            throw Error(
                ErrorKind::input,
                "the container endpoint " + endpoint.url + " is neither https nor a place of AWS"
            );
        }
        net::HttpRequest request;
        request.url = endpoint.url;
        const std::string token =
            endpoint.token_file.empty()
                ? endpoint.token.reveal()
                : std::string(trim(world_.files.read_file(endpoint.token_file)));
        if (!token.empty()) {
            request.headers = {{"Authorization", token}};
        }
        const net::HttpOutcome outcome = world_.transport.send(request, stop_);
        if (const auto* failure = std::get_if<net::TransportFailure>(&outcome)) {
            throw Error(ErrorKind::network, failure->message);
        }
        const auto& response = std::get<net::HttpResponse>(outcome);
        if (response.status != net::kHttpOk) {
            throw to_error(read_service_error(response), "GET " + endpoint.url);
        }
        return read_metadata_answer(response.body);
    }

    std::optional<Credentials> operator()(const VaultKeys& keys) const {
        const bool from_file = keys.token.empty();
        if (from_file && !world_.files.status_followed(keys.token_file)) {
            throw Error(ErrorKind::permission, "there is no token for Vault")
                .set_hint("log in with `vault login`, or set VAULT_TOKEN");
        }
        const std::string token = from_file
                                      ? std::string(trim(world_.files.read_file(keys.token_file)))
                                      : keys.token.reveal();
        net::CurlTransport transport({keys.ca_bundle, keys.verify});
        const Credentials made = ask_vault(keys, token, transport, world_.clock, stop_);
        if (made.session_token.empty()) {
            wait_until_believed(made);
        }
        return made;
    }

    std::optional<Credentials> operator()(const InstanceRole& role) const {
        constexpr const char* kPath = "meta-data/iam/security-credentials/";
        InstanceMetadata metadata(world_.transport, role.endpoint);
        const auto names = metadata.get(kPath, stop_);
        if (!names) {
            return std::nullopt;
        }
        const std::string name = split(trim(*names), '\n').front();
        const auto answer = metadata.get(kPath + name, stop_);
        return answer ? std::optional(read_metadata_answer(*answer)) : std::nullopt;
    }

private:
    Credentials assume(const AssumedRole& role) const {
        const Credentials base = fetch_first(role.base, world_, stop_);
        Parameters parameters{{"RoleArn", role.role_arn}, {"RoleSessionName", role.session_name}};
        if (!role.external_id.empty()) {
            parameters.emplace_back("ExternalId", role.external_id);
        }
        if (!role.policy.empty()) {
            parameters.emplace_back("Policy", role.policy);
        }
        if (role.duration_seconds != 0) {
            parameters.emplace_back("DurationSeconds", std::to_string(role.duration_seconds));
        }
        if (!role.mfa_serial.empty()) {
            parameters.emplace_back("SerialNumber", role.mfa_serial);
            parameters.emplace_back("TokenCode", role.mfa_code.reveal());
        }
        add_narrowing(parameters, role);
        return ask_sts("AssumeRole", parameters, [&base](bool, std::stop_token) { return base; });
    }

    /// The keys of a user that was made just now are not known everywhere yet (IAM User Guide,
    /// "Changes that I make are not always immediately visible").
    void wait_until_believed(const Credentials& made) const {
        constexpr int kAttempts = 20;
        constexpr std::chrono::seconds kPause{3};
        Client client(
            world_.transport,
            world_.clock,
            world_.random,
            world_.endpoints,
            [&made](bool, std::stop_token) { return made; }
        );
        const ServiceCall call = query_call(Service::ec2, "DescribeRegions", {}, Repeat::safe);
        for (int attempt = 1; attempt < kAttempts; ++attempt) {
            const CallOutcome outcome = client.send(call, world_.region, stop_);
            const auto* error = std::get_if<ServiceError>(&outcome);
            if (error == nullptr || classify(*error) != ErrorClass::credentials ||
                !world_.clock.sleep_for(kPause, stop_)) {
                return;
            }
        }
    }

    Credentials ask_sts(const std::string& action, const Parameters& parameters, KeySource keys)
        const {
        Client client(
            world_.transport, world_.clock, world_.random, world_.endpoints, std::move(keys)
        );
        return read_sts_answer(
            client
                .send_or_throw(
                    query_call(Service::sts, action, parameters, Repeat::safe), world_.region, stop_
                )
                .body
        );
    }

    const CredentialWorld& world_;
    std::stop_token stop_;
};

}  // namespace

std::optional<Credentials> fetch_credentials(
    const CredentialSource& source, const CredentialWorld& world, std::stop_token stop
) {
    try {
        return std::visit(Fetcher(world, std::move(stop)), source.where);
    } catch (Error& error) {
        error.add_context("asking for AWS credentials: " + describe(source));
        throw;
    }
}

Credentials fetch_first(
    const std::vector<CredentialSource>& sources, const CredentialWorld& world, std::stop_token stop
) {
    std::vector<std::string> asked;
    for (const CredentialSource& source : sources) {
        if (auto credentials = fetch_credentials(source, world, stop)) {
            return *std::move(credentials);
        }
        asked.push_back(describe(source));
    }
    throw Error(
        ErrorKind::permission,
        asked.empty() ? "there are no AWS credentials"
                      : "there are no AWS credentials; asked " + join(asked, ", ")
    )
        .set_hint(
            "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run on an "
            "instance that has a role"
        );
}

}  // namespace kiln::aws
