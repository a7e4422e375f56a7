#pragma once

#include "aws/credentials.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace kiln::aws {

struct CredentialSource;

/// Keys that stand in the environment, in a file or in the template.
struct GivenKeys {
    Credentials credentials;
    std::string where;  ///< for people: "the environment", "profile build"
    bool operator==(const GivenKeys&) const = default;
};

/// Keys lent by STS AssumeRole, signed with keys of the first of `base` that has some.
struct AssumedRole {
    std::vector<CredentialSource> base;
    std::string role_arn;
    std::string session_name;
    std::string external_id;
    std::string policy;        ///< JSON; "" is none
    int duration_seconds = 0;  ///< 0: the service's own, an hour
    std::vector<std::string> policy_arns = {};
    std::map<std::string, std::string> tags = {};
    std::vector<std::string> transitive_tag_keys = {};
    std::string mfa_serial = {};  ///< of the device whose code the role asks for; "" is none
    Secret mfa_code = {};
    bool operator==(const AssumedRole&) const = default;
};

/// STS AssumeRoleWithWebIdentity. The file is read anew each time: EKS rotates it.
struct WebIdentityRole {
    std::string token_file;
    std::string role_arn;
    std::string session_name;
    bool operator==(const WebIdentityRole&) const = default;
};

/// A role of IAM Identity Center, by the token that `aws sso login` left.
struct SsoRole {
    std::string account_id;
    std::string role_name;
    std::string sso_region;
    std::string token_file;
    bool operator==(const SsoRole&) const = default;
};

/// What a command prints.
struct CredentialProcess {
    std::string command;
    bool operator==(const CredentialProcess&) const = default;
};

/// The endpoint that ECS and EKS Pod Identity give to a container.
struct ContainerEndpoint {
    std::string url;
    Secret token;            ///< sent as it is in Authorization
    std::string token_file;  ///< holds the token, and wins; "" is none
    bool operator==(const ContainerEndpoint&) const = default;
};

/// The role of the EC2 instance that kiln runs on, by IMDSv2.
struct InstanceRole {
    std::string endpoint;  ///< "http://169.254.169.254", no slash at the end
    bool operator==(const InstanceRole&) const = default;
};

/// Keys that the AWS secrets engine of a Vault server makes.
struct VaultKeys {
    std::string name;            ///< of the engine's role
    std::string engine = "aws";  ///< where it is mounted
    std::string role_arn = {};   ///< which of the role's; "" where it has one
    std::string ttl = {};        ///< "1h"; "" is the role's own
    std::string address = {};    ///< VAULT_ADDR
    std::string space = {};      ///< VAULT_NAMESPACE; "" is the root
    Secret token = {};
    std::string token_file = {};  ///< where `vault login` leaves one; used when `token` is empty
    std::string ca_bundle = {};   ///< VAULT_CACERT; "" is the system's
    bool verify = true;           ///< unless VAULT_SKIP_VERIFY says not to
    bool operator==(const VaultKeys&) const = default;
};

/// One place to look for keys, described and not yet asked.
struct CredentialSource {
    std::variant<
        GivenKeys,
        AssumedRole,
        WebIdentityRole,
        SsoRole,
        CredentialProcess,
        ContainerEndpoint,
        InstanceRole,
        VaultKeys>
        where;
    bool operator==(const CredentialSource&) const = default;
};

/// For people: "the environment", "role arn:... assumed with the keys of profile build".
std::string describe(const CredentialSource& source);

}  // namespace kiln::aws
