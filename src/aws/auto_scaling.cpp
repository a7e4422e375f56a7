#include "aws/auto_scaling.hpp"

#include "base/error.hpp"

#include <pugixml.hpp>

namespace kiln::aws {

namespace {

constexpr const char* kScalingPage = "100";

std::string element_text(const pugi::xml_node& node, const char* name) {
    return node.child(name).text().as_string();
}

/// Each <member> of the list `list`, of all pages.
template <class Take>
void for_each_member(
    Client& client,
    const std::string& region,
    const std::string& action,
    const char* list,
    const std::stop_token& stop,
    const Take& take
) {
    std::string token;
    do {
        Parameters parameters{{"MaxRecords", kScalingPage}};
        if (!token.empty()) {
            parameters.emplace_back("NextToken", token);
        }
        const net::HttpResponse response = client.send_or_throw(
            query_call(Service::auto_scaling, action, parameters, Repeat::safe), region, stop
        );
        pugi::xml_document document;
        if (!document.load_buffer(response.body.data(), response.body.size())) {
            throw Error(ErrorKind::network, action + ": the answer is no XML");
        }
        const pugi::xml_node result =
            document.document_element().child((action + "Result").c_str());
        for (const pugi::xml_node& member : result.child(list).children("member")) {
            take(member);
        }
        token = element_text(result, "NextToken");
    } while (!token.empty());
}

void add_template(ScalingGroup& group, const pugi::xml_node& specification) {
    if (!specification.empty()) {
        group.templates.push_back(
            {element_text(specification, "LaunchTemplateId"),
             element_text(specification, "LaunchTemplateName"),
             element_text(specification, "Version")}
        );
    }
}

ScalingGroup read_group(const pugi::xml_node& member) {
    ScalingGroup group;
    group.name = element_text(member, "AutoScalingGroupName");
    group.launch_configuration = element_text(member, "LaunchConfigurationName");
    add_template(group, member.child("LaunchTemplate"));
    const pugi::xml_node mixed = member.child("MixedInstancesPolicy").child("LaunchTemplate");
    add_template(group, mixed.child("LaunchTemplateSpecification"));
    for (const pugi::xml_node& override : mixed.child("Overrides").children("member")) {
        add_template(group, override.child("LaunchTemplateSpecification"));
    }
    return group;
}

}  // namespace

std::vector<ScalingGroup> scaling_groups(
    Client& client, const std::string& region, std::stop_token stop
) {
    std::vector<ScalingGroup> groups;
    for_each_member(
        client,
        region,
        "DescribeAutoScalingGroups",
        "AutoScalingGroups",
        stop,
        [&](const pugi::xml_node& member) { groups.push_back(read_group(member)); }
    );
    return groups;
}

std::map<std::string, std::string> launch_configurations(
    Client& client, const std::string& region, std::stop_token stop
) {
    std::map<std::string, std::string> images;
    for_each_member(
        client,
        region,
        "DescribeLaunchConfigurations",
        "LaunchConfigurations",
        stop,
        [&](const pugi::xml_node& member) {
            images[element_text(member, "LaunchConfigurationName")] =
                element_text(member, "ImageId");
        }
    );
    return images;
}

}  // namespace kiln::aws
