#include "cli/run_archive.hpp"

#include "base/error.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace kiln::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const exec::BuildStep kStep{exec::BuildStep::Kind::start, "rootfs", 1, 1};

report::RunRecord run_at(
    int second, const std::string& path, exec::StepEnded::Outcome outcome, report::Offset took
) {
    report::RunRecord run;
    run.start = report::WallTime(1'795'233'533s + std::chrono::seconds(second));
    run.id = std::to_string(10'000'000 + second) + "-0000";
    run.template_path = path;
    report::BuildRecord build;
    build.name = "a";
    build.steps = {{kStep, 0s, took, outcome, "", 0}};
    run.builds = {build};
    return run;
}

struct Archive : testing::Test {
    sys::RealFileSystem files;
    sys::TempDirectory temp{files, sys::default_temp_parent(), "kiln-run-archive-"};
    RunArchive archive{files, temp.path() / "reports"};
    using Outcome = exec::StepEnded::Outcome;
};

TEST_F(Archive, KeepsRunsAndFindsThemByTheirBeginnings) {
    EXPECT_TRUE(archive.list().empty());
    EXPECT_THROW(archive.find(""), Error);
    const std::filesystem::path page = archive.keep(run_at(0, "/t", Outcome::done, 1s), "<p>one");
    archive.keep(run_at(1, "/t", Outcome::done, 2s), "<p>two");
    EXPECT_EQ(page, temp.path() / "reports/20261121T035853.000Z-10000000/report.html");
    EXPECT_EQ(files.read_file(page), "<p>one");
    EXPECT_EQ(std::filesystem::status(page).permissions(), std::filesystem::perms(0600));
    ASSERT_EQ(archive.list().size(), 2U);
    EXPECT_EQ(archive.list()[0].run, run_at(0, "/t", Outcome::done, 1s));
    EXPECT_EQ(archive.find("").name, "20261121T035854.000Z-10000001");
    EXPECT_EQ(archive.find("20261121T035853.").name, "20261121T035853.000Z-10000000");
    EXPECT_EQ(archive.find("10000001").name, "20261121T035854.000Z-10000001");
    EXPECT_THROW(archive.find("2026"), Error);
    EXPECT_THROW(archive.find("2027"), Error);
}

TEST_F(Archive, ForgetsTheOldestOfTooMany) {
    for (int i = 0; i < 103; ++i) {
        archive.keep(run_at(i, "/t", Outcome::done, 1s), "");
    }
    const auto runs = archive.list();
    ASSERT_EQ(runs.size(), 100U);
    EXPECT_EQ(runs.front().name, "20261121T035856.000Z-10000003");
}

TEST_F(Archive, LeavesOutWhatItCanNotRead) {
    archive.keep(run_at(0, "/t", Outcome::done, 1s), "");
    std::filesystem::create_directories(temp.path() / "reports/half");
    std::ofstream(temp.path() / "reports/20261121T035853.000Z-10000000/run.json") << "{}";
    EXPECT_TRUE(archive.list().empty());
    EXPECT_EQ(archive.usual_times("/t").left("a", kStep, 0s), std::nullopt);
}

TEST_F(Archive, TellsWhatStepsTookThatWereNotCached) {
    archive.keep(run_at(0, "/t", Outcome::done, 5s), "");
    archive.keep(run_at(1, "/t", Outcome::done, 7s), "");
    archive.keep(run_at(2, "/t", Outcome::cached, 1ms), "");
    archive.keep(run_at(3, "/other", Outcome::done, 60s), "");
    EXPECT_EQ(archive.usual_times("/t").left("a", kStep, 1s), 6s);
    EXPECT_EQ(archive.usual_times("/none").left("a", kStep, 1s), std::nullopt);
}

}  // namespace
}  // namespace kiln::cli
