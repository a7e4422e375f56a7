#include "execute/builder/qemu/iso_checksum.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::qemu {
namespace {

const std::string kMd5(32, 'a');
const std::string kSha256(64, 'B');
const std::string kLower256(64, 'b');
const std::string kSha512(128, 'c');

TEST(IsoChecksum, FormsOfOne) {
    EXPECT_EQ(parse_checksum(kMd5), (FileChecksum{DigestAlgorithm::md5, kMd5}));
    EXPECT_EQ(parse_checksum(kSha256), (FileChecksum{DigestAlgorithm::sha256, kLower256}));
    EXPECT_EQ(
        parse_checksum("SHA512:" + kSha512), (FileChecksum{DigestAlgorithm::sha512, kSha512})
    );
    EXPECT_EQ(parse_checksum("sha1:" + kSha256), std::nullopt);
    EXPECT_EQ(parse_checksum("abc"), std::nullopt);
    EXPECT_EQ(parse_checksum(std::string(64, 'g')), std::nullopt);
}

TEST(IsoChecksum, InAListOfManyFiles) {
    const std::string list = "-----BEGIN PGP SIGNED MESSAGE-----\n\n" + kMd5 + "  other.iso\n" +
                             kSha256 + " *./debian.iso\n# a remark\n";
    EXPECT_EQ(
        find_checksum(list, "debian.iso"), (FileChecksum{DigestAlgorithm::sha256, kLower256})
    );
    EXPECT_EQ(find_checksum(list, "absent.iso"), std::nullopt);
}

TEST(IsoChecksum, InBsdsForm) {
    EXPECT_EQ(
        find_checksum("SHA512 (a (1).iso) = " + kSha512 + "\n", "a (1).iso"),
        (FileChecksum{DigestAlgorithm::sha512, kSha512})
    );
}

TEST(IsoChecksum, OneWithoutANameIsOfEveryFile) {
    EXPECT_EQ(
        find_checksum(kSha256 + "\n", "x"), (FileChecksum{DigestAlgorithm::sha256, kLower256})
    );
    EXPECT_EQ(find_checksum(kSha256 + "\n" + kMd5 + "\n", "x"), std::nullopt);
}

}  // namespace
}  // namespace kiln::exec::qemu
