#include "execute/communicator/ssh/ssh_key_pair.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(SshKeyPair, IsEd25519UnlessRsaIsAskedFor) {
    const SshKeyPair pair = make_ssh_key_pair();
    EXPECT_THAT(pair.public_key, StartsWith("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"));
    EXPECT_THAT(pair.private_key.reveal(), HasSubstr("BEGIN OPENSSH PRIVATE KEY"));
    EXPECT_NE(make_ssh_key_pair().public_key, pair.public_key);
    EXPECT_THAT(make_ssh_key_pair(SshKeyType::rsa, 2048).public_key, StartsWith("ssh-rsa AAAA"));
}

}  // namespace
}  // namespace kiln::exec
