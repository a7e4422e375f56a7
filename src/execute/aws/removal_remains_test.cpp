#include "execute/aws/removal_remains.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(AwsRemoval, IsReadAsItIsWritten) {
    const AwsRemoval removals[] = {
        {"123456789012", "eu-west-1", {"ami-1"}, {"snap-1", "snap-2"}, ""},
        {"123456789012", "eu-west-1", {"ami-1", "ami-2"}, {}, "of two words, by profile"},
        {"123456789012", "us-gov-west-1", {}, {"snap-1"}, "x"},
    };
    for (const AwsRemoval& removal : removals) {
        SCOPED_TRACE(to_string(removal));
        EXPECT_EQ(parse_aws_removal(to_string(removal)), removal);
    }
    EXPECT_EQ(
        to_string(removals[0]), "ami-1 and snap-1,snap-2 in eu-west-1 of account 123456789012"
    );
}

TEST(AwsRemoval, IsNoOtherText) {
    for (const char* text :
         {"", "ami-1", "ami-1 and snap-1 in eu-west-1 of account", "a b c d e f g h"}) {
        EXPECT_EQ(parse_aws_removal(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kiln::exec
