#include "execute/aws/session.hpp"

#include "aws/credential_plan.hpp"
#include "aws/fetch_credentials.hpp"
#include "aws/instance_metadata.hpp"
#include "base/environment.hpp"
#include "base/error.hpp"

#include <random>

namespace kiln::exec {

namespace {

double random_number() {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(engine);
}

using ReadSections = void (*)(aws::SharedConfig&, const std::string&, std::string_view);

void read_if_there(
    aws::SharedConfig& config, AwsWorld& world, const std::string& path, ReadSections read
) {
    if (world.files.status_followed(path)) {
        read(config, path, world.files.read_file(path));
    }
}

aws::SharedConfig shared_config(const plan::AwsAccessOptions& options, AwsWorld& world) {
    const std::string folder = variable(world.environment, "HOME") + "/.aws/";
    const auto path_of = [&](const char* name, const char* file) {
        const std::string named = variable(world.environment, name);
        return named.empty() ? folder + file : named;
    };
    aws::SharedConfig config;
    read_if_there(config, world, path_of("AWS_CONFIG_FILE", "config"), aws::read_config_file);
    read_if_there(
        config,
        world,
        path_of("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        aws::read_credentials_file
    );
    if (options.shared_credentials_file) {
        const std::string& path = *options.shared_credentials_file;
        aws::read_credentials_file(config, path, world.files.read_file(path));
    }
    return config;
}

std::vector<aws::RoleRequest> roles_of(const plan::AwsAccessOptions& options) {
    if (!options.assume_role) {
        return {};
    }
    const plan::AssumeRoleOptions& role = *options.assume_role;
    return {
        {role.role_arn,
         role.session_name.value_or(""),
         role.external_id.value_or(""),
         role.policy.value_or(""),
         static_cast<int>(role.duration_seconds),
         role.policy_arns,
         role.tags,
         role.transitive_tag_keys}};
}

std::optional<aws::VaultRequest> vault_of(const plan::AwsAccessOptions& options) {
    if (!options.vault_aws_engine) {
        return std::nullopt;
    }
    const plan::VaultAwsOptions& vault = *options.vault_aws_engine;
    return aws::VaultRequest{
        vault.name, vault.engine_name, vault.role_arn.value_or(""), vault.ttl.value_or("")};
}

}  // namespace

struct AwsSession::Settings {
    net::CurlOptions curl;
    std::unique_ptr<net::HttpTransport> transport;
    aws::EndpointSettings endpoints;
    std::string region;
    aws::RetryPolicy retries;
    std::vector<aws::CredentialSource> sources;
};

AwsSession::Settings AwsSession::settings_of(
    const plan::AwsAccessOptions& options, AwsWorld& world, const std::stop_token& stop
) {
    aws::CredentialRequest request;
    request.environment = world.environment;
    if (options.skip_metadata_api_check) {
        request.environment["AWS_EC2_METADATA_DISABLED"] = "true";
    }
    request.config = shared_config(options, world);
    request.named_profile = options.profile.value_or("");
    if (options.access_key) {
        request.template_keys = aws::Credentials{
            *options.access_key,
            Secret(options.secret_key.value_or("")),
            Secret(options.token.value_or("")),
            std::nullopt};
    }
    request.vault = vault_of(options);
    request.mfa_code = Secret(options.mfa_code.value_or(""));
    request.roles = roles_of(options);
    const std::string profile = aws::chosen_profile(request);

    Settings settings;
    settings.sources = aws::plan_credentials(request);
    settings.curl = {
        variable(world.environment, "AWS_CA_BUNDLE"), !options.insecure_skip_tls_verify};
    settings.transport = std::make_unique<net::CurlTransport>(settings.curl);
    settings.endpoints = aws::endpoint_settings(world.environment, request.config, profile);
    if (options.custom_endpoint_ec2) {
        settings.endpoints.from_template[aws::Service::ec2] = *options.custom_endpoint_ec2;
    }
    // Packer's number is of repetitions, and throttling deserves more patience than trouble.
    settings.retries.attempts = static_cast<int>(options.max_retries) + 1;
    settings.retries.throttled_attempts = settings.retries.attempts + 1;

    std::optional<std::string> region =
        options.region ? options.region
                       : aws::configured_region(world.environment, request.config, profile);
    for (const aws::CredentialSource& source : settings.sources) {
        const auto* role = std::get_if<aws::InstanceRole>(&source.where);
        if (!region && role != nullptr) {
            aws::InstanceMetadata metadata(*settings.transport, role->endpoint);
            region = metadata.get("meta-data/placement/region", stop);
        }
    }
    if (!region) {
        throw Error(ErrorKind::input, "no region is named")
            .set_hint(
                "give \"region\" in the template, set AWS_REGION, or name a profile that "
                "has one"
            );
    }
    if (!aws::is_region_name(*region)) {
        throw Error(ErrorKind::input, "\"" + *region + "\" can not be the name of a region")
            .set_hint("write it as \"eu-west-1\"");
    }
    settings.region = *region;
    return settings;
}

AwsSession::AwsSession(const plan::AwsAccessOptions& options, AwsWorld& world, std::stop_token stop)
    : AwsSession(settings_of(options, world, stop), world) {}

AwsSession::AwsSession(Settings settings, AwsWorld& world)
    : world_(world),
      transport_(std::move(settings.transport)),
      endpoints_(std::move(settings.endpoints)),
      region_(std::move(settings.region)),
      keys_(
          world.clock,
          [this, sources = std::move(settings.sources)](std::stop_token stop) {
              const aws::CredentialWorld credentials{
                  *transport_,
                  world_.clock,
                  world_.files,
                  world_.processes,
                  world_.environment,
                  endpoints_,
                  region_,
                  random_number,
                  *world_.roles_by_code};
              return aws::fetch_first(sources, credentials, std::move(stop));
          }
      ),
      client_(
          *transport_,
          world.clock,
          random_number,
          endpoints_,
          [this](bool renew, std::stop_token stop) { return keys_.get(renew, std::move(stop)); },
          settings.retries
      ) {}

aws::CallerIdentity AwsSession::identity(std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    if (!identity_) {
        identity_ = aws::caller_identity(client_, region_, std::move(stop));
    }
    return *identity_;
}

std::string AwsSession::endpoint(aws::Service service) const {
    return aws::endpoint_url(service, region_, endpoints_);
}

template <class Looks, class Ask>
typename Looks::mapped_type& AwsSession::at(
    Looks& looks, const std::string& region, const Ask& ask
) {
    const std::lock_guard lock(mutex_);
    return looks.try_emplace(region, ask, world_.clock).first->second;
}

std::optional<aws::ec2::Instance> AwsSession::look_at_instance(
    const std::string& region, const std::string& id, const std::stop_token& stop
) {
    const auto ask = [this, region](const std::vector<std::string>& ids, std::stop_token asker) {
        // A filter, as an id that EC2 does not know would spoil the answer for all.
        const aws::ec2::InstanceQuery query{.filters = {{"instance-id", ids}}};
        return aws::ec2::describe_instances(ec2(region), query, std::move(asker));
    };
    return at(instances_, region, ask).at(id, stop);
}

std::optional<aws::ec2::Image> AwsSession::look_at_image(
    const std::string& region, const std::string& id, const std::stop_token& stop
) {
    const auto ask = [this, region](const std::vector<std::string>& ids, std::stop_token asker) {
        const aws::ec2::ImageQuery query{.filters = {{"image-id", ids}}};
        return aws::ec2::describe_images(ec2(region), query, std::move(asker));
    };
    return at(images_, region, ask).at(id, stop);
}

std::string AwsSession::custom_endpoint() const {
    const std::string url = endpoint(aws::Service::ec2);
    return url == aws::endpoint_url(aws::Service::ec2, region_, {}) ? "" : url;
}

std::shared_ptr<AwsSession> AwsSessions::open(
    const plan::AwsAccessOptions& options, std::stop_token stop
) {
    const std::lock_guard lock(mutex_);
    for (const auto& [known, session] : open_) {
        if (known == options) {
            return session;
        }
    }
    auto session = std::make_shared<AwsSession>(options, world_, std::move(stop));
    open_.emplace_back(options, session);
    return session;
}

}  // namespace kiln::exec
