#include "aws/credential_plan.hpp"

#include "base/digest.hpp"
#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <charconv>

namespace kiln::aws {

namespace {

constexpr const char* kMetadataV4 = "http://169.254.169.254";
constexpr const char* kMetadataV6 = "http://[fd00:ec2::254]";
constexpr const char* kContainerHost = "http://169.254.170.2";
constexpr const char* kDefaultSession = "kiln";

class Planner {
public:
    explicit Planner(const CredentialRequest& request) : request_(request) {}

    std::vector<CredentialSource> plan() {
        const std::string profile = chosen_profile(request_);
        refuse_missing(profile);
        if (request_.template_keys) {
            add(GivenKeys{*request_.template_keys, "the template"});
        } else if (request_.vault) {
            add_vault(*request_.vault);
        } else {
            add_environment();
            add_profile(profile);
            add_container();
            add_instance();
        }
        for (const RoleRequest& role : request_.roles) {
            AssumedRole assumed{
                std::move(sources_),
                role.role_arn,
                role.session_name.empty() ? kDefaultSession : role.session_name,
                role.external_id,
                role.policy,
                role.duration_seconds,
                role.policy_arns,
                role.tags,
                role.transitive_tag_keys};
            sources_.clear();
            add(std::move(assumed));
        }
        return std::move(sources_);
    }

private:
    template <typename Source>
    void add(Source source) {
        sources_.push_back(CredentialSource{std::move(source)});
    }

    std::string variable(const std::string& name) const {
        return kiln::variable(request_.environment, name);
    }
    std::string key(const std::string& profile, const std::string& name) const {
        return request_.config.value(profile, name);
    }

    void refuse_missing(const std::string& profile) const {
        const bool named = !request_.named_profile.empty() || !variable("AWS_PROFILE").empty();
        if (!named || request_.config.has_profile(profile)) {
            return;
        }
        std::vector<std::string> known;
        for (const auto* sections : {&request_.config.profiles, &request_.config.credentials}) {
            for (const auto& [name, section] : *sections) {
                known.push_back(name);
            }
        }
        throw Error(
            ErrorKind::input,
            "there is no profile \"" + profile + "\" in the AWS configuration files"
        )
            .set_hint(did_you_mean_hint(profile, known));
    }

    static std::optional<Credentials> pair_of(
        const std::string& id,
        const std::string& secret,
        const std::string& token,
        const std::string& where
    ) {
        if (id.empty() && secret.empty()) {
            return std::nullopt;
        }
        if (id.empty() || secret.empty()) {
            throw Error(
                ErrorKind::input,
                std::string(id.empty() ? "the access key id" : "the secret access key") +
                    " is missing in " + where + ", which has the other half of the pair"
            );
        }
        return Credentials{id, Secret(secret), Secret(token), std::nullopt};
    }

    void add_environment() {
        if (!request_.named_profile.empty()) {
            return;
        }
        const std::string token = variable("AWS_SESSION_TOKEN");
        const auto keys = pair_of(
            variable("AWS_ACCESS_KEY_ID"),
            variable("AWS_SECRET_ACCESS_KEY"),
            token.empty() ? variable("AWS_SECURITY_TOKEN") : token,
            "the environment"
        );
        if (keys) {
            add(GivenKeys{*keys, "the environment"});
        }
    }

    /// `on_the_way` are the profiles whose roles lead here.
    void add_profile(const std::string& profile, std::vector<std::string> on_the_way = {}) {
        const bool chosen = on_the_way.empty();
        add_role(profile, std::move(on_the_way));
        if (chosen && request_.named_profile.empty()) {
            add_web_identity(
                {variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
                 variable("AWS_ROLE_ARN"),
                 variable("AWS_ROLE_SESSION_NAME")}
            );
        }
        add_web_identity(
            {key(profile, "web_identity_token_file"),
             key(profile, "role_arn"),
             key(profile, "role_session_name")}
        );
        add_sso(profile);
        add_file_keys(profile, request_.config.credentials);
        if (const std::string command = key(profile, "credential_process"); !command.empty()) {
            add(CredentialProcess{command});
        }
        add_file_keys(profile, request_.config.profiles);
    }

    void add_file_keys(
        const std::string& profile, const std::map<std::string, ConfigSection>& sections
    ) {
        const auto found = sections.find(profile);
        if (found == sections.end()) {
            return;
        }
        const ConfigSection& section = found->second;
        const auto keys = pair_of(
            section.value("aws_access_key_id"),
            section.value("aws_secret_access_key"),
            section.value("aws_session_token"),
            "profile " + profile
        );
        if (keys) {
            add(GivenKeys{*keys, "profile " + profile});
        }
    }

    void add_role(const std::string& profile, std::vector<std::string> on_the_way) {
        const std::string role_arn = key(profile, "role_arn");
        if (role_arn.empty() || !key(profile, "web_identity_token_file").empty()) {
            return;
        }
        AssumedRole role;
        role.role_arn = role_arn;
        role.session_name = key(profile, "role_session_name");
        role.session_name = role.session_name.empty() ? kDefaultSession : role.session_name;
        role.external_id = key(profile, "external_id");
        role.duration_seconds = seconds(profile, "duration_seconds");
        role.mfa_serial = key(profile, "mfa_serial");
        role.mfa_code = request_.mfa_code;
        if (!role.mfa_serial.empty() && role.mfa_code.empty()) {
            throw Error(
                ErrorKind::input,
                "profile " + profile + " asks for a code of the device " + role.mfa_serial
            )
                .set_hint(
                    "write mfa_code = var.mfa_code in the template and give the code with "
                    "-var mfa_code=123456"
                );
        }
        role.base = base_of(profile, std::move(on_the_way));
        add(std::move(role));
    }

    std::vector<CredentialSource> base_of(
        const std::string& profile, std::vector<std::string> on_the_way
    ) {
        const std::string source_profile = key(profile, "source_profile");
        const std::string source = key(profile, "credential_source");
        if (source_profile.empty() == source.empty()) {
            throw Error(
                ErrorKind::input,
                "profile " + profile + " has role_arn and must have one of source_profile and " +
                    "credential_source beside it"
            );
        }
        std::vector<CredentialSource> outer = std::move(sources_);
        sources_.clear();
        if (!source.empty()) {
            add_named_source(profile, source);
        } else if (source_profile == profile) {
            add_file_keys(profile, request_.config.credentials);
            add_file_keys(profile, request_.config.profiles);
        } else {
            add_source_profile(profile, source_profile, std::move(on_the_way));
        }
        std::swap(outer, sources_);
        return outer;
    }

    void add_source_profile(
        const std::string& profile,
        const std::string& source_profile,
        std::vector<std::string> on_the_way
    ) {
        on_the_way.push_back(profile);
        if (std::find(on_the_way.begin(), on_the_way.end(), source_profile) != on_the_way.end()) {
            throw Error(
                ErrorKind::input,
                "the roles of these profiles lead in a circle: " + join(on_the_way, " -> ") +
                    " -> " + source_profile
            );
        }
        if (!request_.config.has_profile(source_profile)) {
            throw Error(
                ErrorKind::input,
                "profile " + profile + " has source_profile = " + source_profile +
                    ", and there is no such profile"
            );
        }
        add_profile(source_profile, std::move(on_the_way));
    }

    void add_named_source(const std::string& profile, const std::string& source) {
        if (source == "Environment") {
            add_environment();
        } else if (source == "EcsContainer") {
            add_container();
        } else if (source == "Ec2InstanceMetadata") {
            add_instance();
        } else {
            throw Error(
                ErrorKind::input,
                "profile " + profile + " has credential_source = " + source +
                    "; expected Environment, Ec2InstanceMetadata or EcsContainer"
            );
        }
    }

    int seconds(const std::string& profile, const std::string& name) const {
        const std::string text = key(profile, name);
        int number = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (!text.empty() && (code != std::errc{} || end != text.data() + text.size())) {
            throw Error(
                ErrorKind::input,
                "profile " + profile + " has " + name + " = " + text + "; expected a whole number"
            );
        }
        return number;
    }

    void add_web_identity(WebIdentityRole role) {
        if (role.token_file.empty() || role.role_arn.empty()) {
            return;
        }
        role.session_name = role.session_name.empty() ? kDefaultSession : role.session_name;
        add(std::move(role));
    }

    void add_sso(const std::string& profile) {
        SsoRole role;
        role.account_id = key(profile, "sso_account_id");
        role.role_name = key(profile, "sso_role_name");
        if (role.account_id.empty() || role.role_name.empty()) {
            return;
        }
        const std::string session = key(profile, "sso_session");
        role.sso_region = key(profile, "sso_region");
        std::string cache_name = key(profile, "sso_start_url");
        if (!session.empty()) {
            const auto found = request_.config.sso_sessions.find(session);
            if (found == request_.config.sso_sessions.end()) {
                throw Error(
                    ErrorKind::input,
                    "profile " + profile + " has sso_session = " + session +
                        ", and there is no [sso-session " + session + "]"
                );
            }
            role.sso_region = found->second.value("sso_region");
            cache_name = session;
        }
        role.token_file = variable("HOME") + "/.aws/sso/cache/" +
                          Digest(DigestAlgorithm::sha1).update(cache_name).finish_hex() + ".json";
        add(std::move(role));
    }

    void add_vault(const VaultRequest& request) {
        VaultKeys keys;
        keys.name = request.name;
        keys.engine = request.engine;
        keys.role_arn = request.role_arn;
        keys.ttl = request.ttl;
        keys.address = variable("VAULT_ADDR");
        if (keys.address.empty()) {
            throw Error(ErrorKind::input, "vault_aws_engine needs VAULT_ADDR, which is not set")
                .set_hint("set it as \"https://vault.example.org:8200\"");
        }
        keys.space = variable("VAULT_NAMESPACE");
        keys.token = Secret(variable("VAULT_TOKEN"));
        keys.token_file = variable("HOME") + "/.vault-token";
        keys.ca_bundle = variable("VAULT_CACERT");
        const std::string skip = variable("VAULT_SKIP_VERIFY");
        keys.verify = skip.empty() || skip == "0" || skip == "false";
        add(std::move(keys));
    }

    void add_container() {
        const std::string relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        const std::string full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (relative.empty() && full.empty()) {
            return;
        }
        add(ContainerEndpoint{
            relative.empty() ? full : kContainerHost + relative,
            Secret(variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
            variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")});
    }

    void add_instance() {
        if (variable("AWS_EC2_METADATA_DISABLED") == "true") {
            return;
        }
        std::string endpoint = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        if (endpoint.empty()) {
            const bool v6 = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") == "IPv6";
            endpoint = v6 ? kMetadataV6 : kMetadataV4;
        }
        while (endpoint.ends_with('/')) {
            endpoint.pop_back();
        }
        add(InstanceRole{endpoint});
    }

    const CredentialRequest& request_;
    std::vector<CredentialSource> sources_;
};

}  // namespace

std::string chosen_profile(const CredentialRequest& request) {
    if (!request.named_profile.empty()) {
        return request.named_profile;
    }
    const std::string profile = variable(request.environment, "AWS_PROFILE");
    return profile.empty() ? "default" : profile;
}

std::vector<CredentialSource> plan_credentials(const CredentialRequest& request) {
    return Planner(request).plan();
}

}  // namespace kiln::aws
