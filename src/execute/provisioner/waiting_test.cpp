#include "execute/provisioner/waiting.hpp"

#include "execute/prompter.hpp"
#include "execute/testing/fake_machine.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

struct YesPrompter : Prompter {
    std::vector<std::string> questions;
    std::optional<std::string> ask(
        const std::string& build, const std::string& question, Echo, std::stop_token
    ) override {
        questions.push_back(build + ": " + question);
        return "";
    }
};

struct Waiting : testing::Test {
    RunFixture run;
    FakeMachine machine;
    YesPrompter prompter;

    void go(const std::unique_ptr<Provisioner>& provisioner) {
        BuildContext context = run.context();
        EXPECT_FALSE(provisioner->shapes_machine());
        provisioner->run(context, machine);
    }
};

TEST_F(Waiting, SleepsAsLongAsItIsTold) {
    go(make_sleep_provisioner({std::chrono::seconds(90)}));
    EXPECT_EQ(run.clock.elapsed(), std::chrono::seconds(90));
    run.stop.request_stop();
    EXPECT_THROW(go(make_sleep_provisioner({std::chrono::seconds(90)})), Error);
}

TEST_F(Waiting, AsksAtABreakpoint) {
    run.options.prompter = &prompter;
    go(make_breakpoint_provisioner({"look at /etc", false}));
    EXPECT_THAT(prompter.questions, ElementsAre("null.base: Press enter to continue."));
    EXPECT_THAT(
        run.events.take(),
        ElementsAre("say null.base: Pausing at breakpoint provisioner with note \"look at /etc\".")
    );
}

TEST_F(Waiting, PassesABreakpointThatIsDisabledOrHasNobodyToAsk) {
    run.options.prompter = &prompter;
    go(make_breakpoint_provisioner({"", true}));
    run.options.prompter = nullptr;
    go(make_breakpoint_provisioner({"", false}));
    EXPECT_THAT(prompter.questions, ElementsAre());
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "say null.base: Breakpoint provisioner is disabled; continuing...",
            "say null.base: Pausing at breakpoint provisioner.",
            "warn null.base: there is nobody to ask at a breakpoint; going on"
        )
    );
}

}  // namespace
}  // namespace kiln::exec
