#include "aws/service.hpp"

namespace kiln::aws {

namespace {

constexpr ServiceFacts kEc2{
    "ec2", "ec2", "ec2", Protocol::query, "2016-11-15", "", "AWS_ENDPOINT_URL_EC2"};
constexpr ServiceFacts kEbs{
    "ebs", "ebs", "ebs", Protocol::rest_json, "", "", "AWS_ENDPOINT_URL_EBS"};
constexpr ServiceFacts kSsm{
    "ssm", "ssm", "ssm", Protocol::json, "", "AmazonSSM", "AWS_ENDPOINT_URL_SSM"};
constexpr ServiceFacts kSts{
    "sts", "sts", "sts", Protocol::query, "2011-06-15", "", "AWS_ENDPOINT_URL_STS"};
constexpr ServiceFacts kIam{
    "iam", "iam", "iam", Protocol::query, "2010-05-08", "", "AWS_ENDPOINT_URL_IAM"};
constexpr ServiceFacts kPricing{
    "pricing",
    "api.pricing",
    "pricing",
    Protocol::json,
    "",
    "AWSPriceListService",
    "AWS_ENDPOINT_URL_PRICING"};
constexpr ServiceFacts kSecretsManager{
    "secrets_manager",
    "secretsmanager",
    "secretsmanager",
    Protocol::json,
    "",
    "secretsmanager",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER"};
constexpr ServiceFacts kAutoScaling{
    "auto_scaling",
    "autoscaling",
    "autoscaling",
    Protocol::query,
    "2011-01-01",
    "",
    "AWS_ENDPOINT_URL_AUTO_SCALING"};
constexpr ServiceFacts kSsoPortal{
    "sso", "portal.sso", "", Protocol::rest_json, "", "", "AWS_ENDPOINT_URL_SSO"};

}  // namespace

const ServiceFacts& facts_of(Service service) {
    switch (service) {
        case Service::ec2:
            return kEc2;
        case Service::ebs:
            return kEbs;
        case Service::ssm:
            return kSsm;
        case Service::sts:
            return kSts;
        case Service::iam:
            return kIam;
        case Service::pricing:
            return kPricing;
        case Service::secrets_manager:
            return kSecretsManager;
        case Service::sso_portal:
            return kSsoPortal;
        case Service::auto_scaling:
            return kAutoScaling;
    }
    return kEc2;
}

}  // namespace kiln::aws
