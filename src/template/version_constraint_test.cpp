#include "template/version_constraint.hpp"

#include <gtest/gtest.h>

namespace kiln::tmpl {
namespace {

struct ConstraintCase {
    const char* constraint;
    const char* version;
    bool allowed;
};

TEST(VersionConstraint, AllowsVersions) {
    constexpr ConstraintCase kCases[] = {
        {"1.16.0", "1.16.0", true},
        {"= 1.16", "1.16.0", true},
        {"v1.16", "1.16.0", true},
        {"!= 1.16.0", "1.16.0", false},
        {"> 1.15", "1.16.0", true},
        {">= 1.16.1", "1.16.0", false},
        {"< 2, >= 1.7", "1.16.0", true},
        {"< 1.16.0", "1.16.0", false},
        {"<= 1.16.0", "1.16.0", true},
        {"~> 1.2", "1.16.0", true},
        {"~> 1.2", "2.0.0", false},
        {"~> 1.2.3", "1.2.9", true},
        {"~> 1.2.3", "1.3.0", false},
        {"~> 1.2.3", "1.2.2", false},
        {"~> 1", "1.9.9", true},
        {"~> 1", "2.0.0", false},
        {">= 1.16.0", "1.17.0-beta1", false},
        {">= 1.17.0-alpha", "1.17.0-beta1", true},
        {"= 1.17.0-beta1", "1.17.0-beta1", true},
        {"> 1.17.0-beta.9", "1.17.0-beta.10", true},
        {"< 1.17.0-2", "1.17.0-beta", false},
        {"<1.10.0", "1.9.9", true},
    };
    for (const ConstraintCase& c : kCases) {
        SCOPED_TRACE(std::string(c.constraint) + " of " + c.version);
        const auto constraint = VersionConstraint::parse(c.constraint);
        const auto version = Version::parse(c.version);
        ASSERT_TRUE(constraint && version);
        EXPECT_EQ(constraint->allows(*version), c.allowed);
    }
}

TEST(VersionConstraint, RefusesOtherText) {
    for (const char* text : {"", "x", ">=", "> 1,", "1.x", "=> 1", "1..2", "1.0-", "99999999999"}) {
        EXPECT_FALSE(VersionConstraint::parse(text)) << text;
    }
}

}  // namespace
}  // namespace kiln::tmpl
