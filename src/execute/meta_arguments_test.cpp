#include "execute/meta_arguments.hpp"

#include "execute/testing/fake_machine.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;

/// Fails as often as it is told to, then works.
struct Flaky : Provisioner {
    int failures = 0;
    int runs = 0;
    bool waits_for_stop = false;

    std::vector<StepInput> inputs(const BuildContext&) const override { return {}; }
    void run(BuildContext& context, Machine&) override {
        ++runs;
        if (waits_for_stop) {
            while (!context.stop.stop_requested()) {
                std::this_thread::yield();
            }
            throw Error(ErrorKind::interrupted, "stopped");
        }
        if (failures-- > 0) {
            throw Error(ErrorKind::command, "exit \"3\"");
        }
    }
};

struct MetaCase {
    const char* name;
    plan::ProvisionerStep step;
    int failures;
    const char* want_error;  ///< "" when it succeeds
    int want_runs;
    std::vector<std::string> want_events;
};

plan::ProvisionerStep step(
    std::chrono::nanoseconds pause,
    std::chrono::nanoseconds timeout,
    std::int64_t retries,
    bool continue_on_error
) {
    return {"", {}, pause, timeout, retries, continue_on_error};
}

TEST(MetaArguments, NestAsPackersDo) {
    const MetaCase cases[] = {
        {"none", step(0s, 0s, 0, false), 0, "", 1, {}},
        {"a failure", step(0s, 0s, 0, false), 1, "exit \"3\"", 1, {}},
        {"a pause",
         step(1500ms, 0s, 0, false),
         0,
         "",
         1,
         {"say null.base: Pausing 1.5s before the next provisioner..."}},
        {"a pause takes the place of a timeout",
         step(1s, 5min, 0, false),
         0,
         "",
         1,
         {"say null.base: Pausing 1s before the next provisioner..."}},
        {"retries that help",
         step(0s, 0s, 3, false),
         2,
         "",
         3,
         {R"(say null.base: Provisioner failed with "exit \"3\"", retrying with 3 trie(s) left)",
          R"(say null.base: Provisioner failed with "exit \"3\"", retrying with 2 trie(s) left)"}},
        {"retries that do not, each with its pause",
         step(1s, 0s, 1, false),
         9,
         "exit \"3\"",
         2,
         {"say null.base: Pausing 1s before the next provisioner...",
          R"(say null.base: Provisioner failed with "exit \"3\"", retrying with 1 trie(s) left)",
          "say null.base: Pausing 1s before the next provisioner...",
          "say null.base: retry limit reached."}},
        {"continue_on_error, outside of the retries",
         step(0s, 0s, 1, true),
         9,
         "",
         2,
         {R"(say null.base: Provisioner failed with "exit \"3\"", retrying with 1 trie(s) left)",
          "say null.base: retry limit reached.",
          R"(warn null.base: Provisioner failed with "exit \"3\"", going on as continue_on_error is set)"}},
    };
    for (const MetaCase& c : cases) {
        SCOPED_TRACE(c.name);
        RunFixture run;
        BuildContext context = run.context();
        FakeMachine machine;
        Flaky flaky;
        flaky.failures = c.failures;
        std::string error;
        try {
            run_with_meta_arguments(context, c.step, flaky, machine);
        } catch (const Error& caught) {
            error = caught.message();
        }
        EXPECT_EQ(error, c.want_error);
        EXPECT_EQ(flaky.runs, c.want_runs);
        EXPECT_THAT(run.events.take(), ElementsAreArray(c.want_events));
    }
}

TEST(MetaArguments, ATimeoutStopsTheProvisioner) {
    RunFixture run;
    BuildContext context = run.context();
    FakeMachine machine;
    Flaky flaky;
    flaky.waits_for_stop = true;
    try {
        run_with_meta_arguments(context, step(0s, 5min, 0, false), flaky, machine);
        FAIL() << "did not throw";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::timeout);
        EXPECT_EQ(error.message(), "Provisioner was cancelled after a timeout of 5m0s");
    }
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "say null.base: Setting a 5m0s timeout for the next provisioner...",
            "error null.base: Cancelling provisioner after a timeout..."
        )
    );
}

TEST(MetaArguments, AStopIsNeitherRetriedNorForgiven) {
    RunFixture run;
    run.stop.request_stop();
    BuildContext context = run.context();
    FakeMachine machine;
    Flaky flaky;
    EXPECT_THROW(run_with_meta_arguments(context, step(0s, 0s, 5, true), flaky, machine), Error);
    EXPECT_EQ(flaky.runs, 0);
    EXPECT_THAT(run.events.take(), ElementsAre());
}

}  // namespace
}  // namespace kiln::exec
