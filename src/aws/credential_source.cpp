#include "aws/credential_source.hpp"

namespace kiln::aws {

namespace {

struct Describer {
    std::string operator()(const GivenKeys& keys) const { return keys.where; }
    std::string operator()(const AssumedRole& role) const {
        const std::string with =
            role.base.empty() ? "" : " assumed with " + describe(role.base.front());
        return "role " + role.role_arn + with;
    }
    std::string operator()(const WebIdentityRole& role) const {
        return "role " + role.role_arn + " by the web identity token in " + role.token_file;
    }
    std::string operator()(const SsoRole& role) const {
        return "role " + role.role_name + " of account " + role.account_id + " by single sign-on";
    }
    std::string operator()(const CredentialProcess&) const { return "credential_process"; }
    std::string operator()(const ContainerEndpoint& endpoint) const {
        return "the container endpoint " + endpoint.url;
    }
    std::string operator()(const InstanceRole& role) const {
        return "the instance role, by " + role.endpoint;
    }
    std::string operator()(const VaultKeys& keys) const {
        return keys.engine + "/creds/" + keys.name + " of Vault at " + keys.address;
    }
};

}  // namespace

std::string describe(const CredentialSource& source) {
    return std::visit(Describer{}, source.where);
}

}  // namespace kiln::aws
