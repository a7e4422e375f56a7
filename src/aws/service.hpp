#pragma once

#include <string>
#include <string_view>

namespace kiln::aws {

enum class Service { ec2, ebs, ssm, sts, iam, pricing, secrets_manager, sso_portal, auto_scaling };

enum class Protocol {
    query,      ///< a form with Action and Version, answered in XML
    json,       ///< JSON 1.1 with the action in X-Amz-Target
    rest_json,  ///< method and path say what is asked
};

/// The facts of a service, from botocore's models.
struct ServiceFacts {
    std::string_view name;  ///< as in its host name and its AWS_ENDPOINT_URL_ variable
    std::string_view host;  ///< "ec2" in ec2.eu-west-1.amazonaws.com
    std::string_view signing_name;
    Protocol protocol;
    std::string_view version;   ///< of a query service
    std::string_view target;    ///< "AmazonSSM" of a JSON service
    std::string_view variable;  ///< AWS_ENDPOINT_URL_EC2
};
const ServiceFacts& facts_of(Service service);

}  // namespace kiln::aws
