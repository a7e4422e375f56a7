#include "report/run_comparison.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;
using exec::BuildStep;
using Outcome = exec::StepEnded::Outcome;

StepRecord step(
    BuildStep::Kind kind, const char* name, Offset duration, Outcome outcome = Outcome::done
) {
    StepRecord record;
    record.step.kind = kind;
    record.step.name = name;
    record.duration = duration;
    record.outcome = outcome;
    return record;
}

RunRecord run_of(Offset duration, std::vector<StepRecord> steps) {
    RunRecord run;
    run.template_path = "/t/node.pkr.hcl";
    run.start = WallTime(1'795'233'533s);
    run.duration = duration;
    BuildRecord build;
    build.name = "a";
    build.duration = duration;
    build.steps = std::move(steps);
    run.builds = {build};
    return run;
}

using Kind = BuildStep::Kind;

RunRecord earlier() {
    return run_of(
        30s,
        {step(Kind::start, "rootfs", 10s),
         step(Kind::provisioner, "shell", 2s),
         step(Kind::provisioner, "shell", 4s),
         step(Kind::provisioner, "file", 1s),
         step(Kind::capture, "rootfs", 13s)}
    );
}

RunRecord later() {
    return run_of(
        15s,
        {step(Kind::start, "rootfs", 10ms, Outcome::cached),
         step(Kind::provisioner, "shell", 2s + 10ms),
         step(Kind::provisioner, "shell", 8s),
         step(Kind::provisioner, "ansible", 1s),
         step(Kind::capture, "rootfs", 4s)}
    );
}

TEST(CompareRuns, MatchesStepsByNameAndTurn) {
    const std::string text = comparison_text(earlier(), later());
    const std::string table = text.substr(text.find("CHANGE"));
    EXPECT_EQ(
        table,
        "CHANGE (RATIO)\n"
        "a                                                        30.0 s             15.0 s  -15.0 "
        "s (0.50)\n"
        "  start rootfs                                           10.0 s       10 ms cached  -10.0 "
        "s (0.00)\n"
        "  provisioner shell                                       2.0 s              2.0 s\n"
        "  provisioner shell                                       4.0 s              8.0 s  +4.0 "
        "s (2.00)\n"
        "  provisioner ansible                                         -              1.0 s  new\n"
        "  capture rootfs                                         13.0 s              4.0 s  -9.0 "
        "s (0.31)\n"
        "  provisioner file                                        1.0 s                  -  gone\n"
    );
}

TEST(CompareRuns, IsJsonToo) {
    const auto json = nlohmann::json::parse(comparison_json(earlier(), later()));
    EXPECT_EQ(json["before"]["seconds"], 30.0);
    ASSERT_EQ(json["steps"].size(), 7U);
    EXPECT_TRUE(json["steps"][0]["step"].is_null());
    EXPECT_EQ(json["steps"][1]["after"]["outcome"], "cached");
    EXPECT_TRUE(json["steps"][4]["before"].is_null());
}

}  // namespace
}  // namespace kiln::report
