#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Digest, MatchesPublishedVectors) {
    EXPECT_EQ(
        sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(
        Digest(DigestAlgorithm::md5).update("").finish_hex(), "d41d8cd98f00b204e9800998ecf8427e"
    );
}

TEST(Digest, FieldsDoNotRunTogether) {
    EXPECT_NE(
        Digest().field("ab").field("c").finish_hex(), Digest().field("a").field("bc").finish_hex()
    );
}

}  // namespace
}  // namespace kiln
