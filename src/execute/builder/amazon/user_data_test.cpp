#include "execute/builder/amazon/user_data.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const OwnUserData kOwn{
    "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n",
    "ssh-ed25519 AAAA",
    std::chrono::minutes(720)};

TEST(UserData, IsJoinedOnlyWhereCloudInitTakesParts) {
    for (const char* text :
         {"",
          "\n",
          "#!/bin/sh\necho\n",
          "#cloud-config\n",
          "#cloud-boothook\n",
          "MIME-Version: 1.0\n",
          "Content-Type: multipart/mixed; boundary=x\n"}) {
        EXPECT_TRUE(can_be_joined(text)) << text;
    }
    for (const char* text :
         {"<powershell>",
          "[settings.host]\n",
          "{\"ignition\": {}}",
          "\x1f\x8b\x08",
          "IyEvYmluL3No"}) {
        EXPECT_FALSE(can_be_joined(text)) << text;
    }
}

TEST(UserData, KeepsTheTemplatesScriptAsAPart) {
    const std::string text = join_user_data("#!/bin/sh\necho hello", kOwn);
    EXPECT_THAT(text, StartsWith("Content-Type: multipart/mixed; boundary="));
    EXPECT_THAT(text, HasSubstr("\nContent-Type: text/x-shellscript; charset=\"utf-8\"\n"));
    EXPECT_THAT(text, HasSubstr("\n\n#!/bin/sh\necho hello\n--"));
    EXPECT_THAT(
        text, HasSubstr("  ed25519_private: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    abc\n")
    );
    EXPECT_THAT(text, HasSubstr("  ed25519_public: ssh-ed25519 AAAA\n"));
    EXPECT_THAT(text, HasSubstr("shutdown -P +720"));
    EXPECT_THAT(text, EndsWith("==--\n"));
}

TEST(UserData, KeepsAMessageWithItsOwnHeaders) {
    const std::string message =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"x\"\n\n--x\n"
        "Content-Type: application/node.eks.aws\n\napiVersion: node.eks.aws/v1alpha1\n--x--\n";
    EXPECT_THAT(join_user_data(message, kOwn), HasSubstr(message));
}

TEST(UserData, LeavesOutWhatIsNotWanted) {
    const std::string text = join_user_data("", {});
    EXPECT_THAT(text, Not(HasSubstr("ssh_keys")));
    EXPECT_THAT(text, Not(HasSubstr("shutdown")));
}

TEST(UserData, IsEncodedOnceAndBounded) {
    EXPECT_EQ(encode_user_data("#!/bin/sh\n"), encode_base64("#!/bin/sh\n"));
    const std::string encoded = encode_base64("#!/bin/sh\n");
    EXPECT_EQ(encode_user_data(encoded), encoded);
    EXPECT_EQ(encode_user_data(std::string(16384, '#')).size(), 21848U);
    EXPECT_THROW(encode_user_data(std::string(16385, '#')), Error);
}

}  // namespace
}  // namespace kiln::exec
