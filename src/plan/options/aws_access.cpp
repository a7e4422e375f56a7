#include "plan/options/aws_access.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void vault_makes_keys(const AwsAccessOptions& access, const CheckContext& context) {
    if (access.vault_aws_engine && access.access_key) {
        context.error("access_key", "\"vault_aws_engine\" excludes \"access_key\"");
    }
}

}  // namespace

const OptionTable& AssumeRoleOptions::options() {
    using O = AssumeRoleOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::role_arn>("role_arn", {.help = "ARN of the role", .required = true}),
        option<&O::session_name>(
            "session_name", {.help = "name of the session, as the logs of the account show it"}
        ),
        option<&O::external_id>(
            "external_id", {.help = "the external id that the role's trust policy asks for"}
        ),
        option<&O::duration_seconds>("duration_seconds", {.help = "how long the session lasts"}),
        option<&O::policy>(
            "policy", {.help = "a policy as JSON that narrows what the session may do"}
        ),
        option<&O::policy_arns>("policy_arns", {.help = "managed policies that narrow it too"}),
        option<&O::tags>("tags", {.help = "tags of the session"}),
        option<&O::transitive_tag_keys>(
            "transitive_tag_keys", {.help = "those of them that pass on to further roles"}
        ),
    });
    return table;
}

const OptionTable& VaultAwsOptions::options() {
    using O = VaultAwsOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>("name", {.help = "role of Vault that makes them", .required = true}),
        option<&O::engine_name>("engine_name", {.help = "path of the secrets engine"}),
        option<&O::role_arn>(
            "role_arn", {.help = "ARN of the role, when Vault's role has several"}
        ),
        option<&O::ttl>("ttl", {.help = "how long they are valid, as Vault spells it"}),
    });
    return table;
}

const OptionTable& AwsPollingOptions::options() {
    using O = AwsPollingOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::delay_seconds>(
            "delay_seconds",
            {.help = "time between two questions", .default_text = "AWS_POLL_DELAY_SECONDS"}
        ),
        option<&O::max_attempts>(
            "max_attempts",
            {.help = "questions before giving up", .default_text = "AWS_MAX_ATTEMPTS"}
        ),
    });
    return table;
}

const OptionTable& AwsAccessOptions::options() {
    using O = AwsAccessOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"aws-access", "Access to AWS"},
        option<&O::region>(
            "region", {.help = "region to build in", .default_text = "AWS_REGION, or the profile's"}
        ),
        option<&O::access_key>(
            "access_key",
            {.help = "access key id",
             .secret = true,
             .default_text = "AWS_ACCESS_KEY_ID, or the profile's"}
        ),
        option<&O::secret_key>(
            "secret_key",
            {.help = "secret access key",
             .secret = true,
             .default_text = "AWS_SECRET_ACCESS_KEY, or the profile's"}
        ),
        option<&O::token>(
            "token",
            {.help = "session token that belongs to them",
             .secret = true,
             .default_text = "AWS_SESSION_TOKEN"}
        ),
        option<&O::profile>(
            "profile",
            {.help = "profile of the shared configuration", .default_text = "AWS_PROFILE"}
        ),
        option<&O::shared_credentials_file>(
            "shared_credentials_file", {.help = "a file of profiles besides the usual ones"}
        ),
        option<&O::assume_role>("assume_role", {.help = "role to act as"}),
        option<&O::mfa_code>(
            "mfa_code",
            {.help = "one-time code of the device that the profile's mfa_serial names",
             .secret = true}
        ),
        option<&O::vault_aws_engine>(
            "vault_aws_engine", {.help = "let Vault make the credentials"}
        ),
        option<&O::custom_endpoint_ec2>(
            "custom_endpoint_ec2", {.help = "address of the EC2 API instead of Amazon's"}
        ),
        option<&O::insecure_skip_tls_verify>(
            "insecure_skip_tls_verify", {.help = "do not check the endpoint's certificate"}
        ),
        option<&O::max_retries>("max_retries", {.help = "how often a call is tried again"}),
        option<&O::skip_metadata_api_check>(
            "skip_metadata_api_check",
            {.help = "do not ask the instance metadata for credentials and region"}
        ),
        option<&O::skip_credential_validation>(
            "skip_credential_validation", {.help = "do not try the credentials before the build"}
        ),
        option<&O::decode_authorization_messages>(
            "decode_authorization_messages",
            {.help = "have Amazon explain refusals; the account must allow it"}
        ),
        option<&O::aws_polling>("aws_polling", {.help = "patience with what takes long"}),
        all_or_none({"access_key", "secret_key"}),
        rule<&vault_makes_keys>("`vault_aws_engine` excludes `access_key` and `secret_key`."),
    });
    return table;
}

}  // namespace kiln::plan
