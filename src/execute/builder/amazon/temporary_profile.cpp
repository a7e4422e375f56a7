#include "execute/builder/amazon/temporary_profile.hpp"

#include "aws/endpoint.hpp"
#include "execute/aws/profile_remains.hpp"

#include <nlohmann/json.hpp>

namespace kiln::exec {

namespace {

using Json = nlohmann::ordered_json;

// The version of the policy language that has been the newest since 2012.
constexpr const char* kPolicyVersion = "2012-10-17";

std::string trust_in_ec2(const std::string& region) {
    const bool is_chinese = aws::partition_of(region) == "aws-cn";
    const Json statement = {
        {"Effect", "Allow"},
        {"Principal", {{"Service", is_chinese ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com"}}},
        {"Action", "sts:AssumeRole"}};
    return Json{{"Version", kPolicyVersion}, {"Statement", Json::array({statement})}}.dump();
}

}  // namespace

std::string policy_text(const plan::PolicyDocumentOptions& document) {
    Json statements = Json::array();
    for (const plan::PolicyStatementOptions& statement : document.statements) {
        statements.push_back(
            {{"Effect", statement.effect},
             {"Action", statement.actions},
             {"Resource", statement.resources}}
        );
    }
    return Json{
        {"Version", document.version.empty() ? kPolicyVersion : document.version},
        {"Statement", statements}}
        .dump();
}

std::string make_profile(
    const Ec2Build& build,
    const plan::PolicyDocumentOptions& document,
    const aws::ec2::Tags& run_tags
) {
    const std::string name = temporary_profile_name(build.mark());
    const aws::Iam iam = build.session().iam();
    const std::string& region = build.region().name();
    aws::ec2::Tags tags = build.temporary_tags(run_tags);
    tags[kRegionTag] = region;
    build.context().say("Creating temporary instance profile for this instance: " + name);
    iam.create_instance_profile(name, tags, build.stop());
    build.context().say("Creating temporary role for this instance: " + name);
    iam.create_role(name, trust_in_ec2(region), tags, build.stop());
    build.context().say("Attaching policy to the temporary role: " + name);
    iam.put_role_policy(name, name, policy_text(document), build.stop());
    iam.add_role_to_profile(name, name, build.stop());
    return name;
}

}  // namespace kiln::exec
