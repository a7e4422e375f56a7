#include "report/artifact_table.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

std::vector<artifact::Artifact> artifacts() {
    artifact::Artifact amis;
    amis.build_name = "node";
    amis.builder_type = "amazon-ebs";
    amis.id = "eu-west-1:ami-2,us-east-1:ami-1";
    artifact::Artifact disk;
    disk.build_name = "local, \"quoted\"";
    disk.builder_type = "rootfs";
    disk.id = "VM";
    disk.files = {"images/node.raw"};
    return {amis, disk};
}

TEST(ArtifactTable, HasARowForEachRegionAndEachFile) {
    EXPECT_EQ(
        artifact_table(artifacts(), TableForm::markdown),
        "| build           | type       | region    | id              |\n"
        "| --------------- | ---------- | --------- | --------------- |\n"
        "| node            | amazon-ebs | eu-west-1 | ami-2           |\n"
        "| node            | amazon-ebs | us-east-1 | ami-1           |\n"
        "| local, \"quoted\" | rootfs     |           | images/node.raw |\n"
    );
}

TEST(ArtifactTable, IsQuotedAsCsvWantsIt) {
    EXPECT_EQ(
        artifact_table(artifacts(), TableForm::csv),
        "build,type,region,id\n"
        "node,amazon-ebs,eu-west-1,ami-2\n"
        "node,amazon-ebs,us-east-1,ami-1\n"
        "\"local, \"\"quoted\"\"\",rootfs,,images/node.raw\n"
    );
}

TEST(ArtifactTable, OfNothingIsAnEmptyList) {
    EXPECT_EQ(artifact_table({}, TableForm::json), "[]\n");
    EXPECT_EQ(table_form("md"), TableForm::markdown);
    EXPECT_EQ(table_form("html"), std::nullopt);
}

}  // namespace
}  // namespace kiln::report
