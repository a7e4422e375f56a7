#include "aws/ec2/launch_templates.hpp"

#include "aws/ec2/elements.hpp"

namespace kiln::aws::ec2 {

std::vector<LaunchTemplateVersion> launch_template_versions(
    const Region& region, const std::string& template_id, std::stop_token stop
) {
    return describe_all(
        region,
        kDescribeLaunchTemplateVersions,
        {{"LaunchTemplateId", template_id}},
        "launchTemplateVersionSet",
        [](const pugi::xml_node& item) {
            return LaunchTemplateVersion{
                .template_id = text_of(item, "launchTemplateId"),
                .template_name = text_of(item, "launchTemplateName"),
                .number = number_of(item, "versionNumber"),
                .is_default = bool_of(item, "defaultVersion"),
                .image_id = text_of(item.child("launchTemplateData"), "imageId")};
        },
        stop
    );
}

}  // namespace kiln::aws::ec2
