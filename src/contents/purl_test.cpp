#include "contents/purl.hpp"

#include <gtest/gtest.h>

namespace kiln::contents {
namespace {

TEST(PackageUrl, OfDebIsAsThePurlSpecificationHasIt) {
    Package package;
    package.name = "libstdc++6";
    package.version = "1:12.2.0-14+deb12u1";
    package.architecture = "amd64";
    package.source = "gcc-12";
    package.source_version = "12.2.0-14+deb12u1";
    EXPECT_EQ(
        package_url(package, {{"ID", "debian"}, {"VERSION_ID", "12"}}),
        "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12&upstream="
        "gcc-12%4012.2.0-14%2Bdeb12u1"
    );
}

TEST(PackageUrl, OfRpmHasTheEpochApart) {
    Package package;
    package.kind = PackageKind::rpm;
    package.name = "openssl-libs";
    package.version = "1:3.0.8-1.amzn2023";
    package.architecture = "x86_64";
    package.source = "openssl";
    package.source_version = "3.0.8-1.amzn2023";
    EXPECT_EQ(
        package_url(package, {{"ID", "amzn"}, {"VERSION_ID", "2023"}}),
        "pkg:rpm/amzn/openssl-libs@3.0.8-1.amzn2023?arch=x86_64&distro=amzn-2023&epoch=1&upstream="
        "openssl%403.0.8-1.amzn2023"
    );
}

TEST(PackageUrl, LeavesOutWhatIsNotKnown) {
    Package package;
    package.name = package.source = "x";
    package.version = "1";
    EXPECT_EQ(package_url(package, {}), "pkg:deb/x@1");
}

}  // namespace
}  // namespace kiln::contents
