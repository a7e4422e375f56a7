#include "execute/aws/run_remains.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(AwsRun, IsReadBackFromTheJournal) {
    const AwsRun runs[] = {
        {"123456789012", "eu-west-1", "0b9c1f6e", "", false},
        {"123456789012", "us-gov-west-1", "0b9c1f6e", "", true},
        {"123456789012", "eu-west-1", "0b9c1f6e", "a profile, of blanks", true},
        {"123456789012", "eu-west-1", "0b9c1f6e", "", false, true},
        {"123456789012", "eu-west-1", "0b9c1f6e", "one", true, true}};
    for (const AwsRun& run : runs) {
        EXPECT_EQ(parse_aws_run(to_string(run)), run) << to_string(run);
    }
    EXPECT_EQ(to_string(runs[0]), "run 0b9c1f6e in eu-west-1 of account 123456789012");
}

TEST(AwsRun, IsNotReadFromAnythingElse) {
    for (const char* text : {"", "run", "/tmp/x", "run a at b of account c", "run a in b of c d"}) {
        EXPECT_EQ(parse_aws_run(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kiln::exec
