#include "aws/iam.hpp"

#include "aws/testing/scripted_service.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using net::HttpResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

HttpResponse iam_answer(const std::string& action, const std::string& result = "") {
    return {
        200,
        {},
        "<" + action + "Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><" + action +
            "Result>" + result + "</" + action + "Result></" + action + "Response>"};
}
HttpResponse iam_error(int status, const std::string& code) {
    return {
        status,
        {},
        "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
            "</Code><Message>m</Message></Error><RequestId>r-9</RequestId></ErrorResponse>"};
}

/// IAM is a list of answers of a real server.
class IamTest : public ::testing::Test {
protected:
    std::vector<std::string> actions() const {
        std::vector<std::string> names;
        for (const auto& seen : service_.seen()) {
            const std::string& body = seen.request.body;
            names.push_back(body.substr(7, body.find('&') - 7));
        }
        return names;
    }

    ScriptedService service_{iam_error(400, "TestHasNoMoreAnswers")};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    Client client_{transport_, clock_, [] { return 0.5; }, service_.endpoints(), nullptr};
    Iam iam_{client_, clock_, "eu-west-1"};
};

TEST_F(IamTest, SendsARoleWithItsTags) {
    service_.answers = {iam_answer("CreateRole")};
    iam_.create_role("packer-1", "{}", {{"kiln:run", "1"}}, {});
    EXPECT_EQ(
        service_.seen().at(0).request.body,
        "Action=CreateRole&Version=2010-05-08&RoleName=packer-1&AssumeRolePolicyDocument=%7B%7D"
        "&Tags.member.1.Key=kiln%3Arun&Tags.member.1.Value=1"
    );
}

TEST_F(IamTest, WaitsForWhatItMadeAMomentAgo) {
    service_.answers = {
        iam_error(404, "NoSuchEntity"),
        iam_error(409, "ConcurrentModification"),
        iam_answer("PutRolePolicy")};
    iam_.put_role_policy("packer-1", "packer-1", "{}", {});
    EXPECT_EQ(actions().size(), 3U);
}

TEST_F(IamTest, TakesWhatAnEarlierTryMadeForItsOwn) {
    service_.answers = {
        ScriptedService::lost(),
        iam_error(409, "EntityAlreadyExists"),
        iam_error(409, "LimitExceeded"),
        iam_answer(
            "GetInstanceProfile",
            "<InstanceProfile><InstanceProfileName>packer-1</InstanceProfileName><Roles><member>"
            "<RoleName>packer-1</RoleName></member></Roles></InstanceProfile>"
        )};
    iam_.create_instance_profile("packer-1", {}, {});
    iam_.add_role_to_profile("packer-1", "packer-1", {});
    EXPECT_THAT(
        actions(),
        ElementsAre(
            "CreateInstanceProfile",
            "CreateInstanceProfile",
            "AddRoleToInstanceProfile",
            "GetInstanceProfile"
        )
    );
}

TEST_F(IamTest, DoesNotTakeAProfileThatHasAnotherRole) {
    service_.answers = {
        iam_error(409, "LimitExceeded"),
        iam_answer("GetInstanceProfile", "<InstanceProfile><Roles/></InstanceProfile>")};
    try {
        iam_.add_role_to_profile("packer-1", "packer-1", {});
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "AddRoleToInstanceProfile: LimitExceeded: m (request r-9)");
    }
}

TEST_F(IamTest, ReadsRoleAndTags) {
    service_.answers = {
        iam_answer(
            "GetRole",
            "<Role><RoleName>packer-1</RoleName><Tags><member><Key>kiln:run</Key><Value>1</Value>"
            "</member></Tags></Role>"
        ),
        iam_error(404, "NoSuchEntity")};
    EXPECT_EQ(iam_.find_role("packer-1", {}), (IamEntity{"packer-1", {{"kiln:run", "1"}}, {}}));
    EXPECT_EQ(iam_.find_role("packer-2", {}), std::nullopt);
}

TEST_F(IamTest, ReadsAllPagesOfNames) {
    service_.answers = {
        iam_answer(
            "ListRoles",
            "<Roles><member><RoleName>a</RoleName></member></Roles><IsTruncated>true</IsTruncated>"
            "<Marker>m1</Marker>"
        ),
        iam_answer("ListRoles", "<Roles><member><RoleName>b</RoleName></member></Roles>")};
    EXPECT_THAT(iam_.role_names({}), ElementsAre("a", "b"));
    EXPECT_THAT(service_.seen().at(1).request.body, HasSubstr("&Marker=m1"));
}

TEST_F(IamTest, DeletesOnceNothingHoldsOnToIt) {
    service_.answers = {
        iam_error(409, "DeleteConflict"), iam_answer("DeleteRole"), iam_error(404, "NoSuchEntity")};
    EXPECT_TRUE(iam_.delete_role("packer-1", {}));
    EXPECT_FALSE(iam_.delete_role("packer-1", {}));
}

}  // namespace
}  // namespace kiln::aws
