#include "prove/check.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::prove {
namespace {

using testing::ElementsAre;

Check made(std::string group, std::string id, std::string needs = "") {
    return {std::move(group), std::move(id), "", nullptr, std::move(needs)};
}

std::vector<Check> some_checks() {
    return {
        made("hygiene", "machine-id"),
        made("hygiene", "logs"),
        made("boot", "loader"),
        made("boot", "modules", "-module"),
        made("size", "size", "-max-size")};
}

std::vector<std::string> selected(const Selection& selection) {
    std::vector<std::string> ids;
    for (const Check& check : select_checks(some_checks(), selection)) {
        ids.push_back(check.id);
    }
    return ids;
}

TEST(SelectChecks, TakesGroupsAndIds) {
    EXPECT_THAT(selected({}), ElementsAre("machine-id", "logs", "loader"));
    EXPECT_THAT(selected({.only = {"boot"}}), ElementsAre("loader"));
    EXPECT_THAT(selected({.only = {"boot", "logs"}}), ElementsAre("logs", "loader"));
    EXPECT_THAT(selected({.skip = {"hygiene"}}), ElementsAre("loader"));
    EXPECT_THAT(selected({.only = {"hygiene"}, .skip = {"logs"}}), ElementsAre("machine-id"));
    EXPECT_THAT(selected({.skip = {"size"}}), ElementsAre("machine-id", "logs", "loader"));
}

struct MistakeCase {
    Selection selection;
    std::string want_message;
    std::string want_hint;
};

TEST(SelectChecks, SaysWhatIsWrong) {
    const MistakeCase cases[] = {
        {{.only = {"machineid"}},
         "there is no check \"machineid\"",
         "did you mean \"machine-id\"?"},
        {{.skip = {"zzzzzz"}},
         "there is no check \"zzzzzz\"",
         "the groups are hygiene, boot, size; kiln test -h lists the checks of each"},
        {{.only = {"size"}}, "the check size needs -max-size", ""},
        {{.only = {"boot", "modules"}}, "the check modules needs -module", ""},
        {{.only = {"boot"}, .skip = {"boot"}},
         "no check is left of what -checks and -skip say",
         ""},
    };
    for (const MistakeCase& c : cases) {
        SCOPED_TRACE(c.want_message);
        try {
            select_checks(some_checks(), c.selection);
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.message(), c.want_message);
            EXPECT_EQ(error.hint(), c.want_hint);
        }
    }
}

}  // namespace
}  // namespace kiln::prove
