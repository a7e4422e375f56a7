#include "aws/secrets_manager.hpp"

#include <gtest/gtest.h>

namespace kiln::aws {
namespace {

using Members = std::map<std::string, std::string>;

TEST(SecretMembers, AreTextsAndJsonOfAnythingElse) {
    EXPECT_EQ(
        secret_members(R"({"user": "a", "port": 5432, "on": true, "more": {"b": [1]}})"),
        (Members{{"user", "a"}, {"port", "5432"}, {"on", "true"}, {"more", R"({"b":[1]})"}})
    );
    EXPECT_EQ(secret_members("{}"), Members{});
}

TEST(SecretMembers, AreNoneOfATextThatIsNoObject) {
    for (const char* text : {"", "swordfish", "[1]", "12", "\"a\"", "{\"a\": "}) {
        EXPECT_EQ(secret_members(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kiln::aws
