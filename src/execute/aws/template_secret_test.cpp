#include "execute/aws/template_secret.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

std::string refusal(const std::string& text, const std::optional<std::string>& key) {
    try {
        return "no error: " + template_secret("db", text, key);
    } catch (const Error& error) {
        return error.message();
    }
}

TEST(TemplateSecret, IsThePlainTextOrTheMember) {
    EXPECT_EQ(template_secret("db", "swordfish", std::nullopt), "swordfish");
    EXPECT_EQ(template_secret("db", "swordfish", "user"), "swordfish");
    EXPECT_EQ(template_secret("db", R"({"user": "a", "pass": "b"})", "pass"), "b");
    EXPECT_EQ(template_secret("db", R"({"user": "a"})", std::nullopt), "a");
    EXPECT_EQ(template_secret("db", R"({"user": "a"})", ""), "a");
}

TEST(TemplateSecret, IsRefusedWhereNoMemberIsMeant) {
    EXPECT_EQ(refusal(R"({"user": "a"})", "pass"), "the secret \"db\" has no key \"pass\"");
    EXPECT_EQ(
        refusal(R"({"user": "a", "pass": "b"})", std::nullopt),
        "the secret \"db\" has 2 keys, and none is named"
    );
}

}  // namespace
}  // namespace kiln::exec
