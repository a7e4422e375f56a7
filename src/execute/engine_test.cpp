#include "execute/engine.hpp"

#include "execute/prompter.hpp"
#include "execute/testing/fake_machine.hpp"
#include "execute/testing/run_fixture.hpp"

#include <algorithm>
#include <barrier>
#include <gmock/gmock.h>
#include <stdexcept>
#include <thread>

namespace kiln::exec {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

/// What every fake of one run writes down and does.
struct Script {
    std::mutex mutex;
    std::vector<std::string> log;
    std::map<std::string, std::function<void(BuildContext&)>> provisioners;
    std::function<void(BuildContext&)> on_start = [](BuildContext&) {};
    std::function<void(BuildContext&)> on_capture = [](BuildContext&) {};
    StepLayers* layers = nullptr;

    void note(std::string line) {
        const std::lock_guard lock(mutex);
        log.push_back(std::move(line));
    }
};

class ScriptedBuilder : public Builder {
public:
    explicit ScriptedBuilder(Script& script) : script_(script) {}

    void check(BuildContext& context) override { script_.note("check " + context.build.name); }
    std::unique_ptr<Machine> start(BuildContext& context) override {
        script_.note("start " + context.build.name);
        script_.on_start(context);
        return std::make_unique<FakeMachine>(
            nullptr, std::map<std::string, std::string>{{"ID", "machine-1"}}, script_.layers
        );
    }
    std::optional<artifact::Artifact> capture(BuildContext& context, Machine&) override {
        script_.note("capture " + context.build.name);
        script_.on_capture(context);
        artifact::Artifact artifact;
        artifact.id = "image-of-" + context.build.name;
        return artifact;
    }
    void discard(BuildContext& context) noexcept override {
        script_.note("discard " + context.build.name);
    }

private:
    Script& script_;
};

class ScriptedProvisioner : public Provisioner {
public:
    ScriptedProvisioner(Script& script, std::string type)
        : script_(script), type_(std::move(type)) {}

    bool shapes_machine() const override { return type_ != "local"; }
    std::vector<StepInput> inputs(const BuildContext&) const override { return {{"what", type_}}; }
    void run(BuildContext& context, Machine&) override {
        script_.note("run " + type_);
        script_.provisioners.at(type_)(context);
    }

private:
    Script& script_;
    std::string type_;
};

/// Answers from a list; then there is nobody any more.
struct ListPrompter : Prompter {
    std::vector<std::string> answers;
    std::vector<std::string> questions;

    std::optional<std::string> ask(
        const std::string& build, const std::string& question, Echo, std::stop_token
    ) override {
        questions.push_back(build + ": " + question);
        if (answers.empty()) {
            return std::nullopt;
        }
        std::string answer = answers.front();
        answers.erase(answers.begin());
        return answer;
    }
};

void fail(BuildContext&) {
    throw Error(ErrorKind::command, "it failed");
}
void work(BuildContext&) {}

struct Engine : testing::Test {
    RunFixture run;
    Script script;
    ListPrompter prompter;
    plan::BuildPlan plan;
    Components components;

    Engine() { script.provisioners = {{"works", work}, {"fails", fail}, {"local", work}}; }

    void add_build(const std::string& name, const std::vector<std::string>& provisioners) {
        plan::Build build;
        build.name = name;
        build.builder.type = "scripted";
        for (const std::string& type : provisioners) {
            plan::ProvisionerStep step;
            step.component.type = type;
            build.provisioners.push_back(step);
        }
        plan.builds.push_back(build);
    }
    void add_cleanup(const std::string& type) {
        plan.builds.back().error_cleanup_provisioner.emplace().component.type = type;
    }
    RunResult go() {
        components.builders["scripted"] = [this](const auto&) {
            return std::make_unique<ScriptedBuilder>(script);
        };
        for (const auto& [type, body] : script.provisioners) {
            components.provisioners[type] = [this, type = type](const auto&) {
                return std::make_unique<ScriptedProvisioner>(script, type);
            };
        }
        return execute(
            plan, components, run.options, run.effects, run.events, run.stop.get_token()
        );
    }
};

TEST_F(Engine, TakesABuildFromCheckToArtifact) {
    add_build("a", {"works", "local"});
    const RunResult result = go();
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.builds.at(0).artifacts.at(0).id, "image-of-a");
    EXPECT_THAT(
        script.log, ElementsAre("check a", "start a", "run works", "run local", "capture a")
    );
    EXPECT_THAT(
        run.events.take(),
        ElementsAre("run started: a", "started a", "finished a: image-of-a", "run finished")
    );
}

TEST_F(Engine, AStepThatFailsSaysWhy) {
    add_build("a", {"fails", "works"});
    EXPECT_FALSE(go().ok());
    EXPECT_THAT(
        run.events.steps(),
        ElementsAre(
            "began a 1/4 scripted",
            "done a 1/4 scripted",
            "began a 2/4 fails",
            "failed a 2/4 fails: it failed"
        )
    );
}

struct FailureCase {
    const char* name;
    OnError on_error;
    std::vector<std::string> answers;
    std::vector<std::string> want_log;
    std::vector<std::string> want_events;  ///< between "started a" and "failed a"
};

TEST_F(Engine, DoesWhatOnErrorSays) {
    const std::string kCleanupSaid =
        "say a: Provisioning step had errors: Running the cleanup provisioner, if present...";
    const std::string kSkipped = "error a: aborted: skipping cleanup of step \"StepStart\"";
    const std::string kAborting = "error a: Step \"StepProvision\" failed, aborting...";
    const std::string kFailed = "error a: Step \"StepProvision\" failed";
    const FailureCase cases[] = {
        {"cleanup",
         OnError::cleanup,
         {},
         {"check a", "start a", "run fails", "run local", "discard a"},
         {kCleanupSaid}},
        {"abort",
         OnError::abort,
         {},
         {"check a", "start a", "run fails"},
         {"error a: it failed", kAborting, kSkipped}},
        {"run-cleanup-provisioner",
         OnError::run_cleanup_provisioner,
         {},
         {"check a", "start a", "run fails", "run local"},
         {"error a: it failed", kAborting, kCleanupSaid, kSkipped}},
        {"ask: clean up",
         OnError::ask,
         {"c"},
         {"check a", "start a", "run fails", "run local", "discard a"},
         {"error a: it failed", kFailed, kCleanupSaid}},
        {"ask: abort",
         OnError::ask,
         {"a"},
         {"check a", "start a", "run fails"},
         {"error a: it failed", kFailed, kSkipped}},
        {"ask: retry what failed, then nonsense, then nobody answers",
         OnError::ask,
         {"r", "x"},
         {"check a", "start a", "run fails", "run fails", "run local", "discard a"},
         {"error a: it failed",
          kFailed,
          "error a: it failed",
          kFailed,
          "say a: Incorrect input: x",
          kCleanupSaid}},
    };
    add_build("a", {"fails", "works"});
    add_cleanup("local");
    for (const FailureCase& c : cases) {
        SCOPED_TRACE(c.name);
        script.log.clear();
        run.options.on_error = c.on_error;
        prompter.answers = c.answers;
        run.options.prompter = &prompter;
        const RunResult result = go();
        EXPECT_FALSE(result.ok());
        EXPECT_EQ(result.builds.at(0).status, BuildOutcome::Status::failed);
        EXPECT_EQ(result.builds.at(0).error->message(), "it failed");
        EXPECT_THAT(script.log, ElementsAreArray(c.want_log));
        std::vector<std::string> want = {"run started: a", "started a"};
        want.insert(want.end(), c.want_events.begin(), c.want_events.end());
        want.insert(want.end(), {"failed a: it failed", "run finished"});
        EXPECT_THAT(run.events.take(), ElementsAreArray(want));
    }
}

TEST_F(Engine, RetriesTheStartWithANewBuilder) {
    add_build("a", {});
    int tries = 0;
    script.on_start = [&](BuildContext& context) {
        if (tries++ == 0) {
            fail(context);
        }
    };
    run.options.on_error = OnError::ask;
    run.options.prompter = &prompter;
    prompter.answers = {"r"};
    EXPECT_TRUE(go().ok());
    EXPECT_THAT(
        script.log,
        ElementsAre("check a", "start a", "discard a", "check a", "start a", "capture a")
    );
}

TEST_F(Engine, AFailingCleanupDoesNotHideTheFirstError) {
    add_build("a", {"fails"});
    script.provisioners["worse"] = [](BuildContext&) {
        throw Error(ErrorKind::io, "cleanup failed too");
    };
    add_cleanup("worse");
    EXPECT_EQ(go().builds.at(0).error->message(), "it failed");
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "run started: a",
            "started a",
            "say a: Provisioning step had errors: Running the cleanup provisioner, if present...",
            "error a: Cleanup failed: cleanup failed too",
            "failed a: it failed",
            "run finished"
        )
    );
}

TEST_F(Engine, NothingThatAComponentThrowsEscapes) {
    add_build("a", {"standard"});
    add_build("b", {"odd"});
    add_build("c", {"works"});
    script.provisioners["standard"] = [](BuildContext&) { throw std::out_of_range("index"); };
    script.provisioners["odd"] = [](BuildContext&) { throw 42; };
    const RunResult result = go();
    EXPECT_EQ(result.builds.at(0).error->message(), "index");
    EXPECT_EQ(result.builds.at(1).error->message(), "an unknown failure");
    EXPECT_EQ(result.builds.at(2).status, BuildOutcome::Status::finished);
    EXPECT_FALSE(result.ok());
}

TEST_F(Engine, RefusesATypeThatIsNotThere) {
    add_build("a", {});
    plan.builds[0].builder.type = "nowhere";
    EXPECT_EQ(
        go().builds.at(0).error->message(),
        "\"nowhere\" is not among the components that kiln can run"
    );
}

TEST_F(Engine, RunsAllBuildsAtOnceUnlessBounded) {
    // Each waits for the other two: one after the other they would wait for ever.
    std::barrier together(3);
    script.on_start = [&](BuildContext&) { together.arrive_and_wait(); };
    for (const char* name : {"a", "b", "c"}) {
        add_build(name, {});
    }
    EXPECT_TRUE(go().ok());
}

TEST_F(Engine, HonoursTheBoundOnParallelBuilds) {
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    script.on_start = [&](BuildContext&) {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
    };
    script.on_capture = [&](BuildContext&) { --running; };
    for (int i = 0; i < 20; ++i) {
        add_build("b" + std::to_string(i), {"works"});
    }
    run.options.parallel_builds = 2;
    const RunResult result = go();
    EXPECT_TRUE(result.ok());
    EXPECT_LE(most, 2);
    EXPECT_EQ(result.builds.size(), 20U);
    EXPECT_EQ(result.builds.at(19).artifacts.at(0).id, "image-of-b19");
}

TEST_F(Engine, AStopCancelsEveryBuildAndCleansUp) {
    std::barrier both(2);
    script.provisioners["waits"] = [&](BuildContext& context) {
        both.arrive_and_wait();
        run.stop.request_stop();
        while (!context.stop.stop_requested()) {
            std::this_thread::yield();
        }
        throw Error(ErrorKind::interrupted, "stopped");
    };
    add_build("a", {"waits", "works"});
    add_cleanup("local");
    add_build("b", {"waits", "works"});
    add_build("later", {"works"});
    run.options.parallel_builds = 2;
    const RunResult result = go();
    EXPECT_TRUE(result.interrupted);
    EXPECT_FALSE(result.ok());
    for (const BuildOutcome& outcome : result.builds) {
        EXPECT_EQ(outcome.status, BuildOutcome::Status::interrupted) << outcome.build;
    }
    std::sort(script.log.begin(), script.log.end());
    EXPECT_THAT(
        script.log,
        ElementsAre(
            "check a",
            "check b",
            "discard a",
            "discard b",
            "run local",
            "run waits",
            "run waits",
            "start a",
            "start b"
        )
    );
    const std::vector<std::string> events = run.events.take();
    EXPECT_EQ(
        std::count(
            events.begin(), events.end(), "error : Cancelling build after receiving interrupt"
        ),
        1
    );
    EXPECT_EQ(events.back(), "run interrupted");
}

TEST_F(Engine, DebugPausesBetweenStepsOneBuildAtATime) {
    add_build("a", {"works"});
    add_build("b", {"fails"});
    run.options.debug = true;
    run.options.prompter = &prompter;
    prompter.answers.assign(20, "");
    go();
    EXPECT_THAT(
        prompter.questions,
        ElementsAre(
            "a: Pausing after run of step 'StepStart'. Press enter to continue.",
            "a: Pausing before the next provisioner. Press enter to continue.",
            "a: Pausing after run of step 'StepProvision'. Press enter to continue.",
            "a: Pausing after run of step 'StepCapture'. Press enter to continue.",
            "b: Pausing after run of step 'StepStart'. Press enter to continue.",
            "b: Pausing before the next provisioner. Press enter to continue.",
            "b: Pausing before cleanup of step 'StepProvision'. Press enter to continue.",
            "b: Pausing before cleanup of step 'StepStart'. Press enter to continue."
        )
    );
}

/// Has the steps in the cache that it is given; writes down what it is told.
struct FakeLayers : StepLayers {
    Script& script;
    std::vector<bool> cached;
    std::size_t next = 0;

    explicit FakeLayers(Script& s) : script(s) {}

    Verdict reuse(const std::string& name, const std::vector<StepInput>& inputs) override {
        script.note("reuse " + name + " " + inputs.at(0).value);
        const bool hit = next < cached.size() && cached[next];
        ++next;
        return hit ? Verdict{true, ""} : Verdict{false, "changed: what"};
    }
    void begin(const std::string& name, const std::vector<StepInput>&) override {
        script.note("begin " + name);
    }
    void commit() override { script.note("commit"); }
    void abandon() noexcept override { script.note("abandon"); }
};

struct Layered : Engine {
    FakeLayers layers{script};
    Layered() { script.layers = &layers; }
};

TEST_F(Layered, StepsAreReusedOrRunAndKept) {
    add_build("a", {"works", "local", "works"});
    plan.builds[0].provisioners[2].name = "mine";
    layers.cached = {true, false};
    EXPECT_TRUE(go().ok());
    EXPECT_THAT(
        script.log,
        ElementsAre(
            "check a",
            "start a",
            "reuse works works",
            "run local",
            "reuse works works",
            "begin works",
            "run works",
            "commit",
            "capture a"
        )
    );
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "run started: a",
            "started a",
            "say a: Step 1 of 3 (works): cached",
            "say a: Step 3 of 3 (works mine): changed: what",
            "finished a: image-of-a",
            "run finished"
        )
    );
    EXPECT_THAT(
        run.events.steps(),
        ElementsAre(
            "began a 1/5 scripted",
            "done a 1/5 scripted",
            "began a 2/5 works",
            "cached a 2/5 works",
            "began a 3/5 local",
            "done a 3/5 local",
            "began a 4/5 works mine",
            "done a 4/5 works mine: changed: what",
            "began a 5/5 scripted",
            "done a 5/5 scripted"
        )
    );
}

TEST_F(Layered, AFailedStepIsLookedAtBeforeItIsPutAway) {
    add_build("a", {"works", "fails", "works"});
    script.provisioners["collect"] = work;
    add_cleanup("collect");
    EXPECT_FALSE(go().ok());
    EXPECT_THAT(
        script.log,
        ElementsAre(
            "check a",
            "start a",
            "reuse works works",
            "begin works",
            "run works",
            "commit",
            "reuse fails fails",
            "begin fails",
            "run fails",
            "run collect",
            "abandon",
            "discard a"
        )
    );
}

TEST_F(Layered, ARetryBeginsTheFailedStepAnew) {
    add_build("a", {"works", "fails"});
    int tries = 0;
    script.provisioners["fails"] = [&](BuildContext& context) {
        if (tries++ == 0) {
            fail(context);
        }
    };
    run.options.on_error = OnError::ask;
    run.options.prompter = &prompter;
    prompter.answers = {"r"};
    EXPECT_TRUE(go().ok());
    EXPECT_THAT(
        script.log,
        ElementsAre(
            "check a",
            "start a",
            "reuse works works",
            "begin works",
            "run works",
            "commit",
            "reuse fails fails",
            "begin fails",
            "run fails",
            "abandon",
            "reuse fails fails",
            "begin fails",
            "run fails",
            "commit",
            "capture a"
        )
    );
}

TEST_F(Layered, AForgivenFailureIsKept) {
    add_build("a", {"fails"});
    plan.builds[0].provisioners[0].continue_on_error = true;
    EXPECT_TRUE(go().ok());
    EXPECT_THAT(
        script.log,
        ElementsAre(
            "check a",
            "start a",
            "reuse fails fails",
            "begin fails",
            "run fails",
            "commit",
            "capture a"
        )
    );
}

TEST_F(Engine, ProvisionersSeeTheValuesOfTheMachine) {
    add_build("a", {"looks"});
    plan::BuildValues seen;
    script.provisioners["looks"] = [&](BuildContext& context) { seen = context.build_values; };
    EXPECT_TRUE(go().ok());
    EXPECT_EQ(seen["ID"], "machine-1");
    EXPECT_EQ(seen["PackerRunUUID"], run.options.run_uuid);
    EXPECT_EQ(seen["PackerHTTPIP"], "ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER");
    EXPECT_EQ(seen.count("User"), 1U);
}

}  // namespace
}  // namespace kiln::exec
