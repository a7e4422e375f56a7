// The forms of values that rules of options know: keys of KMS, names of AMIs, sizes and digests.
#include "plan/options/aws_rules.hpp"
#include "plan/options/qemu_rules.hpp"
#include "plan/private_key.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

struct FormCase {
    const char* text;
    bool want;
};

TEST(IsKmsKey, TakesIdsAliasesAndArns) {
    constexpr FormCase kCases[] = {
        {"1234abcd-12ab-34cd-56ef-1234567890ab", true},
        {"mrk-1234abcd12ab34cd56ef1234567890ab", true},
        {"alias/mine", true},
        {"alias/aws/ebs", true},
        {"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", true},
        {"arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/mine", true},
        {"arn:aws:kms:us-east-1:123456789012:key/mrk-12ab", true},
        {"", false},
        {"mine", false},
        {"alias/", false},
        {"alias/my key", false},
        {"-1234", false},
        {"arn:aws:iam:us-east-1:123456789012:key/12ab", false},
        {"arn:aws:kms:us-east-1:1234:key/12ab", false},
        {"arn:aws:kms:us-east-1:123456789012:12ab", false},
        {"arn:aws:kms:us-east-1", false},
    };
    for (const FormCase& c : kCases) {
        EXPECT_EQ(is_kms_key(c.text), c.want) << c.text;
    }
}

TEST(CleanAmiName, PutsADashForWhatMayNotStandThere) {
    EXPECT_EQ(clean_ami_name("aZ09 ()[]./-'@_"), "aZ09 ()[]./-'@_");
    EXPECT_EQ(clean_ami_name("2026-01-02T03:04:05Z+x"), "2026-01-02T03-04-05Z-x");
    EXPECT_EQ(clean_ami_name("\xC3\xA4"), "--");  // each byte of a character, as in Packer
}

TEST(IsDiskSize, TakesANumberAndAUnit) {
    constexpr FormCase kCases[] = {
        {"5000", true},
        {"40G", true},
        {"1t", true},
        {"", false},
        {"G", false},
        {"8GB", false},
        {"1.5G", false},
        {"-1G", false},
    };
    for (const FormCase& c : kCases) {
        EXPECT_EQ(is_disk_size(c.text), c.want) << c.text;
    }
}

TEST(ChecksumProblem, TellsKindsAndLengths) {
    const std::string sha256(64, 'a');
    EXPECT_EQ(checksum_problem("sha256:" + sha256), "");
    EXPECT_EQ(checksum_problem(sha256), "");
    EXPECT_EQ(checksum_problem("md5:" + std::string(32, 'F')), "");
    EXPECT_EQ(checksum_problem("file:https://example.org/SHA256SUMS"), "");
    EXPECT_EQ(checksum_problem("sha256:"), "");
    EXPECT_EQ(checksum_problem("sha3:"), "there is no digest \"sha3\"");
    EXPECT_EQ(checksum_problem("sha256:abc"), "a sha256 digest has 64 hexadecimal digits");
    EXPECT_EQ(
        checksum_problem("sha256:" + std::string(64, 'x')),
        "a sha256 digest has 64 hexadecimal digits"
    );
    EXPECT_EQ(checksum_problem("sha3:" + sha256), "there is no digest \"sha3\"");
    EXPECT_EQ(checksum_problem("abc"), "a digest of 3 characters is of no kind that is known");
}

// As ssh-keygen writes the head of its own form: magic, then the name of the cipher.
std::string openssh_key(const char* base64_of_head) {
    return std::string("-----BEGIN OPENSSH PRIVATE KEY-----\n") + base64_of_head +
           "\n-----END OPENSSH PRIVATE KEY-----\n";
}

TEST(PrivateKeyProblem, TakesKeysThatNeedNoPassphrase) {
    EXPECT_EQ(
        private_key_problem("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"
        ),
        ""
    );
    EXPECT_EQ(private_key_problem(openssh_key("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE")), "");
    EXPECT_EQ(
        private_key_problem(openssh_key("b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIA")),
        "it is locked with a passphrase"
    );
    EXPECT_EQ(
        private_key_problem("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n"
                            "-----END ENCRYPTED PRIVATE KEY-----\n"),
        "it is locked with a passphrase"
    );
    EXPECT_EQ(
        private_key_problem("-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n"
                            "-----END RSA PRIVATE KEY-----\r\n"),
        "it is locked with a passphrase"
    );
    EXPECT_EQ(private_key_problem("ssh-ed25519 AAAA user@host\n"), "it is no private key");
    EXPECT_EQ(private_key_problem(""), "it is no private key");
}

}  // namespace
}  // namespace kiln::plan
