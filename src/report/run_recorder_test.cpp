#include "report/run_recorder.hpp"

#include "base/error.hpp"
#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;
using exec::BuildStep;
using exec::Progressed;
using exec::StepBegan;
using exec::StepEnded;

const BuildStep kRecordedStart{BuildStep::Kind::start, "rootfs", 1, 2};
const BuildStep kRecordedCapture{BuildStep::Kind::capture, "rootfs", 2, 2};

struct RunRecorderTest : testing::Test {
    WallTime time{1'795'233'533s};
    RunRecorder recorder{
        {"11111111-2222", "/t/node.pkr.hcl", "0.1.0"},
        [this] { return time; },
        [](const std::string& path) { return path.ends_with(".raw") ? 4096 : 0; }};

    void tell(const exec::Event& event) { recorder.on_event(event); }
};

TEST_F(RunRecorderTest, KnowsWhatEachBuildDidAndWhen) {
    EXPECT_FALSE(recorder.has_begun());
    tell(exec::RunStarted{{"a"}});
    time += 1s;
    tell(exec::BuildStarted{"a"});
    tell(StepBegan{"a", kRecordedStart});
    tell(Progressed{"a", "sending", 10, 40, Progressed::Unit::bytes});
    tell(Progressed{"a", "sending", 40, 40, Progressed::Unit::bytes, true});
    tell(Progressed{"a", "sending more", 2, 0, Progressed::Unit::bytes});
    tell(Progressed{"a", "unpacking", 99, 0, Progressed::Unit::packages});
    time += 3s;
    tell(StepEnded{"a", kRecordedStart, StepEnded::Outcome::done, "changed: x", 3s});
    tell(exec::OutputLine{"a", true, "\033[1mout\033[0m"});
    tell(exec::Warned{"a", "old option"});
    tell(StepBegan{"a", kRecordedCapture});
    time += 1s;
    tell(StepEnded{"a", kRecordedCapture, StepEnded::Outcome::failed, "disk full", 1s});
    tell(exec::BuildFailed{"a", 4s, Error(ErrorKind::no_space, "disk full")});
    tell(exec::RunFinished{5s, false});

    RunRecord want;
    want.id = "11111111-2222";
    want.template_path = "/t/node.pkr.hcl";
    want.version = "0.1.0";
    want.start = WallTime(1'795'233'533s);
    want.duration = 5s;
    BuildRecord build;
    build.name = "a";
    build.begin = 1s;
    build.duration = 4s;
    build.error = "disk full";
    build.steps = {
        {kRecordedStart, 1s, 3s, StepEnded::Outcome::done, "changed: x", 42},
        {kRecordedCapture, 4s, 1s, StepEnded::Outcome::failed, "disk full", 0}};
    build.warnings = {"old option"};
    want.builds = {build};
    want.log = {
        {4s, 0, true, "out"}, {4s, 0, false, "Warning: old option"}, {5s, 0, true, "disk full"}};
    EXPECT_EQ(recorder.record(), want);
    EXPECT_FALSE(want.is_good());

    want.log.clear();
    EXPECT_EQ(read_run_record(to_json(want)), want);
}

TEST_F(RunRecorderTest, HasTheArtifactsAndTheSizesOfTheirFiles) {
    for (const exec::Event& event : two_builds()) {
        tell(event);
    }
    const RunRecord run = recorder.record();
    ASSERT_EQ(run.builds.size(), 2U);
    const std::vector<ArtifactRecord> want = {
        {"kiln.rootfs",
         "output/node.raw",
         "image: output/node.raw,\n17 B",
         {{"output/node.raw", 4096}, {"output/node.qcow2", 0}}},
        {"packer.post-processor.checksum", "", "Created artifact from files: a", {}}};
    EXPECT_EQ(run.builds[0].artifacts, want);
    RunRecord kept = run;
    kept.log.clear();
    EXPECT_EQ(read_run_record(to_json(kept)), kept);
}

TEST_F(RunRecorderTest, HasWhatAPostProcessorFoundInTheImage) {
    artifact::Artifact image;
    image.sizes =
        R"({"packages":[{"name":"bash","bytes":3}],"folders":[{"name":"/usr","bytes":4}]})";
    tell(exec::RunStarted{{"a"}});
    exec::BuildFinished finished;
    finished.build = "a";
    finished.artifacts = {image};
    tell(finished);
    RunRecord kept = recorder.record();
    ASSERT_EQ(kept.builds.size(), 1U);
    ASSERT_EQ(kept.builds[0].artifacts.size(), 1U);
    EXPECT_EQ(kept.builds[0].artifacts[0].sizes, (ImageSizes{{{"bash", 3}}, {{"/usr", 4}}}));
    kept.log.clear();
    EXPECT_EQ(read_run_record(to_json(kept)), kept);
}

TEST_F(RunRecorderTest, KeepsTheFirstAndTheLastLinesOfAFlood) {
    tell(exec::RunStarted{{"a"}});
    constexpr int kLines = 150'000;
    for (int i = 0; i < kLines; ++i) {
        tell(exec::OutputLine{"a", false, std::to_string(i)});
    }
    const std::vector<LogLine> log = recorder.record().log;
    ASSERT_EQ(log.size(), 120'001U);
    EXPECT_EQ(log[99'999].text, "99999");
    EXPECT_EQ(log[100'000].text, "... 30000 lines ...");
    EXPECT_EQ(log[100'001].text, "130000");
    EXPECT_EQ(log.back().text, "149999");
}

TEST(RunRecord, RefusesWhatItDidNotWrite) {
    for (const char* wrong : {"", "{}", "[1]", R"({"form":2})", R"({"form":1,"id":7})"}) {
        SCOPED_TRACE(wrong);
        EXPECT_THROW(read_run_record(wrong), Error);
    }
}

}  // namespace
}  // namespace kiln::report
