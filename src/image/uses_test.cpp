#include "image/uses.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string kImage = "ami-0123456789abcdef0";
const std::string kOther = "ami-0fedcba9876543210";

aws::ec2::Instance instance(const std::string& id, const std::string& state, aws::ec2::Tags tags) {
    aws::ec2::Instance one;
    one.id = id;
    one.state = state;
    one.image_id = kImage;
    one.tags = std::move(tags);
    return one;
}

TEST(Uses, AreFoundWhereverAnImageIsLaunchedFrom) {
    UseFacts facts{.region = "eu-west-1"};
    facts.instances = {
        instance("i-1", "stopped", {{"Name", "node"}}), instance("i-2", "terminated", {})};
    facts.template_versions = {
        {"lt-1", "nodes", 1, false, kImage},
        {"lt-1", "nodes", 2, true, kOther},
        {"lt-1", "nodes", 3, false, kImage},
        {"lt-2", "byname", 1, true, "resolve:ssm:/node/ami:3"},
        {"lt-3", "others", 1, true, "resolve:ssm:/other/ami"}};
    facts.launch_configurations = {{"old", kImage}, {"new", kOther}};
    facts.groups = {
        {"default", "", {{"lt-1", "", ""}}},
        {"first", "", {{"lt-1", "", "1"}}},
        {"latest", "", {{"", "nodes", "$Latest"}}},
        {"mixed", "", {{"lt-9", "", "1"}, {"lt-2", "", "$Default"}}},
        {"configured", "old", {}}};
    facts.parameters = {
        {"/node/ami", kImage},
        {"/other/ami", kOther},
        {"/json", "{\"image\": \"" + kImage + "\"}"},
        {"/longer", kImage + "0"}};
    EXPECT_THAT(
        uses_of(facts, {kImage}),
        ElementsAre(
            ImageUse{kImage, "eu-west-1", "instance", "i-1 (node)", "stopped"},
            ImageUse{kImage, "eu-west-1", "launch template", "lt-1 (nodes)", "versions 1, 3"},
            ImageUse{
                kImage, "eu-west-1", "launch template", "lt-2 (byname)", "version 1 (default)"},
            ImageUse{kImage, "eu-west-1", "launch configuration", "old", ""},
            ImageUse{kImage, "eu-west-1", "Auto Scaling group", "first", "through lt-1 version 1"},
            ImageUse{kImage, "eu-west-1", "Auto Scaling group", "latest", "through lt-1 version 3"},
            ImageUse{kImage, "eu-west-1", "Auto Scaling group", "mixed", "through lt-2 version 1"},
            ImageUse{
                kImage,
                "eu-west-1",
                "Auto Scaling group",
                "configured",
                "through launch configuration old"},
            ImageUse{kImage, "eu-west-1", "SSM parameter", "/json", ""},
            ImageUse{kImage, "eu-west-1", "SSM parameter", "/node/ami", ""}
        )
    );
    EXPECT_THAT(uses_of(facts, {"ami-0000000000000000f"}), IsEmpty());
}

TEST(Clusters, AreReadFromTheTagsOfInstances) {
    EXPECT_THAT(
        clusters_of(
            {instance("i-1", "running", {{"kubernetes.io/cluster/prod", "owned"}}),
             instance("i-2", "running", {{"eks:cluster-name", "lab"}}),
             instance("i-3", "terminated", {{"eks:cluster-name", "gone"}}),
             instance("i-4", "running", {{"Name", "x"}})}
        ),
        ElementsAre(Pair(kImage, ElementsAre("lab", "prod")))
    );
}

}  // namespace
}  // namespace kiln::image
