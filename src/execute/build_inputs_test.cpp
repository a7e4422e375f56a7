#include "execute/build_inputs.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

TEST(PublicAddress, HasNothingThatMayBeASecret) {
    EXPECT_EQ(public_address("https://u:p@host/a@b?token=x#y"), "https://host/a@b");
    EXPECT_EQ(public_address("https://host:8443/a"), "https://host:8443/a");
    EXPECT_EQ(public_address("https://u@host"), "https://host");
    EXPECT_EQ(public_address("/a/b@c"), "/a/b@c");
    EXPECT_EQ(public_address("file:///a/b"), "file:///a/b");
}

TEST(DebianPackageUrl, IsAPurl) {
    EXPECT_EQ(
        debian_package_url("debian", "libstdc++6", "1:12.2.0-14+deb12u1", "amd64"),
        "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1?arch=amd64"
    );
}

TEST(Ec2Resource, IsNamedByItsArnAndId) {
    EXPECT_EQ(
        ec2_resource("cn-north-1", "ami-0a1b"),
        (Resource{
            .name = "ami-0a1b",
            .uri = "arn:aws-cn:ec2:cn-north-1::image/ami-0a1b",
            .digests = {{"ec2-ami-id", "0a1b"}}})
    );
    EXPECT_EQ(ec2_resource("us-east-1", "something"), (Resource{.name = "something"}));
}

TEST(BuildInputs, KeepEachThingOnceAndInOrder) {
    BuildInputs inputs;
    inputs.add({.name = "b"});
    inputs.add({.name = "a", .digests = {{"sha256", "1"}}});
    inputs.add({.name = "b"});
    inputs.add({.name = "a", .digests = {{"sha256", "2"}}});
    std::string names;
    for (const Resource& used : inputs.list()) {
        names += used.name;
    }
    EXPECT_EQ(names, "baa");
}

}  // namespace
}  // namespace kiln::exec
