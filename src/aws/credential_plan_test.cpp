#include "aws/credential_plan.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

CredentialRequest request_with(
    std::map<std::string, std::string> environment, const char* config, const char* credentials = ""
) {
    CredentialRequest request;
    request.environment = std::move(environment);
    request.environment.emplace("HOME", "/home/u");
    read_config_file(request.config, "config", config);
    read_credentials_file(request.config, "credentials", credentials);
    return request;
}

std::vector<std::string> described(const CredentialRequest& request) {
    std::vector<std::string> lines;
    for (const CredentialSource& source : plan_credentials(request)) {
        lines.push_back(describe(source));
    }
    return lines;
}

constexpr const char* kInstance = "the instance role, by http://169.254.169.254";

TEST(PlanCredentials, LooksInTheOrderOfTheToolsThatPeopleKnow) {
    const CredentialRequest request = request_with(
        {{"AWS_ACCESS_KEY_ID", "A"},
         {"AWS_SECRET_ACCESS_KEY", "s"},
         {"AWS_WEB_IDENTITY_TOKEN_FILE", "/var/token"},
         {"AWS_ROLE_ARN", "arn:pod"},
         {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/c"}},
        "[default]\n"
        "role_arn = arn:r\nsource_profile = base\n"
        "sso_account_id = 1\nsso_role_name = admin\nsso_start_url = https://s\nsso_region = x\n"
        "credential_process = /bin/keys\n"
        "[profile base]\naws_access_key_id = B\naws_secret_access_key = s\n",
        "[default]\naws_access_key_id = C\naws_secret_access_key = s\n"
    );
    EXPECT_THAT(
        described(request),
        ElementsAre(
            "the environment",
            "role arn:r assumed with profile base",
            "role arn:pod by the web identity token in /var/token",
            "role admin of account 1 by single sign-on",
            "profile default",
            "credential_process",
            "the container endpoint http://169.254.170.2/v2/c",
            kInstance
        )
    );
}

TEST(PlanCredentials, LeavesTheEnvironmentOutWhenAProfileIsNamed) {
    CredentialRequest request = request_with(
        {{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "s"}},
        "",
        "[ci]\naws_access_key_id = C\naws_secret_access_key = s\naws_session_token = t\n"
    );
    EXPECT_THAT(described(request), ElementsAre("the environment", kInstance));

    request.environment["AWS_PROFILE"] = "ci";
    EXPECT_THAT(described(request), ElementsAre("the environment", "profile ci", kInstance));

    request.named_profile = "ci";
    const Credentials want{"C", Secret("s"), Secret("t"), std::nullopt};
    EXPECT_THAT(
        plan_credentials(request),
        ElementsAre(
            CredentialSource{GivenKeys{want, "profile ci"}},
            CredentialSource{InstanceRole{"http://169.254.169.254"}}
        )
    );
}

TEST(PlanCredentials, StacksTheRolesThatATemplateAsksFor) {
    CredentialRequest request = request_with({{"AWS_EC2_METADATA_DISABLED", "true"}}, "");
    request.template_keys = Credentials{"T", Secret("s"), Secret(), std::nullopt};
    request.roles = {{"arn:one", "", "x-1", "", 900}, {"arn:two", "build", "", "{}", 0}};

    const GivenKeys keys{*request.template_keys, "the template"};
    const AssumedRole one{{{keys}}, "arn:one", "kiln", "x-1", "", 900};
    const AssumedRole two{{{one}}, "arn:two", "build", "", "{}", 0};
    EXPECT_THAT(plan_credentials(request), ElementsAre(CredentialSource{two}));
}

TEST(PlanCredentials, GivesTheCodeToTheRoleThatAsksForOne) {
    CredentialRequest request = request_with(
        {{"AWS_PROFILE", "a"}, {"AWS_EC2_METADATA_DISABLED", "true"}},
        "[profile a]\nrole_arn = arn:a\nsource_profile = b\nmfa_serial = arn:device\n",
        "[b]\naws_access_key_id = B\naws_secret_access_key = s\n"
    );
    request.mfa_code = Secret("123456");
    const auto sources = plan_credentials(request);
    const auto& role = std::get<AssumedRole>(sources.at(0).where);
    EXPECT_EQ(role.mfa_serial, "arn:device");
    EXPECT_EQ(role.mfa_code, Secret("123456"));
}

TEST(PlanCredentials, AsksVaultInsteadOfAnyoneElse) {
    CredentialRequest request = request_with(
        {{"AWS_ACCESS_KEY_ID", "A"},
         {"AWS_SECRET_ACCESS_KEY", "s"},
         {"VAULT_ADDR", "https://v:8200"},
         {"VAULT_TOKEN", "t"},
         {"VAULT_NAMESPACE", "team"},
         {"VAULT_CACERT", "/ca.pem"},
         {"VAULT_SKIP_VERIFY", "false"}},
        ""
    );
    request.vault = VaultRequest{"packer", "aws", "arn:r", "1h"};
    const VaultKeys want{
        "packer",
        "aws",
        "arn:r",
        "1h",
        "https://v:8200",
        "team",
        Secret("t"),
        "/home/u/.vault-token",
        "/ca.pem",
        true};
    EXPECT_THAT(plan_credentials(request), ElementsAre(CredentialSource{want}));
    EXPECT_THAT(described(request), ElementsAre("aws/creds/packer of Vault at https://v:8200"));
}

CredentialRequest vault_without_address() {
    CredentialRequest request = request_with({}, "");
    request.vault = VaultRequest{"packer", "aws", "", ""};
    return request;
}

TEST(PlanCredentials, FollowsSourceProfiles) {
    const CredentialRequest request = request_with(
        {{"AWS_PROFILE", "a"}, {"AWS_EC2_METADATA_DISABLED", "true"}},
        "[profile a]\nrole_arn = arn:a\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:b\nsource_profile = b\n",
        "[b]\naws_access_key_id = B\naws_secret_access_key = s\n"
    );
    EXPECT_THAT(
        described(request), ElementsAre("role arn:a assumed with role arn:b assumed with profile b")
    );
}

TEST(PlanCredentials, FindsTheTokenOfASingleSignOn) {
    const CredentialRequest request = request_with(
        {{"AWS_EC2_METADATA_DISABLED", "true"}},
        "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = admin\n"
        "[sso-session corp]\nsso_region = us-east-1\n"
    );
    // printf corp | sha1sum
    EXPECT_THAT(
        plan_credentials(request),
        ElementsAre(CredentialSource{SsoRole{
            "1",
            "admin",
            "us-east-1",
            "/home/u/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"}})
    );
}

struct MistakeCase {
    const char* name;
    CredentialRequest request;
    const char* message;
};

TEST(PlanCredentials, RefusesWhatCanNotWork) {
    const MistakeCase cases[] = {
        {"a named profile that is not there",
         request_with({{"AWS_PROFILE", "biuld"}}, "[profile build]\n"),
         "there is no profile \"biuld\" in the AWS configuration files"},
        {"half a pair in the environment",
         request_with({{"AWS_ACCESS_KEY_ID", "A"}}, ""),
         "the secret access key is missing in the environment"},
        {"a circle",
         request_with(
             {},
             "[default]\nrole_arn = r\nsource_profile = a\n"
             "[profile a]\nrole_arn = r\nsource_profile = default\n"
         ),
         "lead in a circle: default -> a -> default"},
        {"a role without a base",
         request_with({}, "[default]\nrole_arn = r\n"),
         "must have one of source_profile and credential_source"},
        {"a source profile that is not there",
         request_with({}, "[default]\nrole_arn = r\nsource_profile = x\n"),
         "source_profile = x, and there is no such profile"},
        {"an unknown source",
         request_with({}, "[default]\nrole_arn = r\ncredential_source = Magic\n"),
         "expected Environment, Ec2InstanceMetadata or EcsContainer"},
        {"no whole number",
         request_with(
             {}, "[default]\nrole_arn = r\ncredential_source = Environment\nduration_seconds = 1h\n"
         ),
         "duration_seconds = 1h; expected a whole number"},
        {"a role that asks for a code",
         request_with(
             {}, "[default]\nrole_arn = r\ncredential_source = Environment\nmfa_serial = arn:d\n"
         ),
         "profile default asks for a code of the device arn:d"},
        {"a Vault without an address",
         vault_without_address(),
         "vault_aws_engine needs VAULT_ADDR, which is not set"}};
    for (const MistakeCase& c : cases) {
        SCOPED_TRACE(c.name);
        try {
            plan_credentials(c.request);
            ADD_FAILURE() << "it was planned";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_THAT(error.message(), HasSubstr(c.message));
        }
    }
}

}  // namespace
}  // namespace kiln::aws
