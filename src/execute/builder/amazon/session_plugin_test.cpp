#include "execute/builder/amazon/session_plugin.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(SessionPlugin, TakesAVariableAfterVersion497) {
    for (const char* version : {"1.2.498.0", "1.2.497.1", "1.2.707.0", "1.3", "2.0.0.0"}) {
        EXPECT_TRUE(takes_session_by_variable(version)) << version;
    }
    for (const char* version : {"1.2.497.0", "1.2.497", "1.2.339.0", "1.1.999.9", "", "dev"}) {
        EXPECT_FALSE(takes_session_by_variable(version)) << version;
    }
}

TEST(SessionPlugin, IsCalledAsTheAwsCliCallsIt) {
    const aws::PortSession session{"s-1", R"({"Target":"i-1"})", Secret("{token}"), {}};
    const std::string endpoint = "https://ssm.eu-west-1.amazonaws.com";
    const sys::Command command = plugin_command(
        {"/bin/p", "1.2.707.0"}, session, "eu-west-1", "work", endpoint, {{"HOME", "/home/x"}}
    );
    EXPECT_EQ(
        command.argv,
        (std::vector<std::string>{
            "/bin/p",
            "AWS_SSM_START_SESSION_RESPONSE",
            "eu-west-1",
            "StartSession",
            "work",
            R"({"Target":"i-1"})",
            endpoint})
    );
    EXPECT_EQ(
        command.environment,
        (std::map<std::string, std::string>{
            {"AWS_SSM_START_SESSION_RESPONSE", "{token}"}, {"HOME", "/home/x"}})
    );
}

TEST(SessionPlugin, OfOldTakesTheSessionAsAnArgument) {
    const aws::PortSession session{"s-1", "{}", Secret("{token}"), {}};
    const sys::Command command =
        plugin_command({"/bin/p", "1.2.339.0"}, session, "eu-west-1", "", "https://x", {});
    EXPECT_EQ(
        command.argv,
        (std::vector<std::string>{
            "/bin/p", "{token}", "eu-west-1", "StartSession", "", "{}", "https://x"})
    );
    EXPECT_TRUE(command.environment.empty());
}

}  // namespace
}  // namespace kiln::exec
