#include "report/html_report.hpp"

#include "base/base64.hpp"
#include "report/run_log.hpp"
#include "report/timeline.hpp"

#include <gmock/gmock.h>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

RunRecord two_builds_run() {
    RunRecord run;
    run.id = "1f0c7a52-0000";
    run.template_path = "/t/<node>.pkr.hcl";
    run.version = "0.1.0";
    run.duration = 12s;
    BuildRecord good;
    good.name = "rootfs.node";
    good.duration = 12s;
    good.steps = {
        {{exec::BuildStep::Kind::start, "rootfs", 1, 2},
         0s,
         2s,
         exec::StepEnded::Outcome::cached,
         "",
         0},
        {{exec::BuildStep::Kind::provisioner, "shell \"x\"", 2, 2},
         2s,
         10s,
         exec::StepEnded::Outcome::done,
         "changed: inline[0]",
         1 << 20}};
    good.artifacts = {{"kiln.rootfs", "out/a.raw", "Disk <images>", {{"out/a.raw", 1 << 30}}}};
    BuildRecord bad;
    bad.name = "b</script><!--";
    bad.begin = 1s;
    bad.duration = 3s;
    bad.error = "it <broke> & stopped";
    bad.warnings = {"an <old> option"};
    run.builds = {good, bad};
    run.log = {{1s, 1, true, "</script><script>alert(1)</script>"}};
    return run;
}

TEST(HtmlReport, ShowsWhatHappenedAndEscapesIt) {
    const std::string page = html_report(two_builds_run());
    for (const char* shown :
         {"/t/&lt;node&gt;.pkr.hcl",
          "1 of 2 failed",
          "1 of 2 steps from the cache",
          "changed: inline[0]",
          "shell &quot;x&quot;: 10.0 s, done (changed: inline[0]), 1 MiB",
          "it &lt;broke&gt; &amp; stopped",
          "an &lt;old&gt; option",
          "Disk &lt;images&gt;",
          "1 GiB",
          "The run is as long as <strong>rootfs.node</strong>, which ends last; most of that is "
          "shell &quot;x&quot; (10.0 s)."}) {
        EXPECT_THAT(page, HasSubstr(shown));
    }
    for (const char* hidden :
         {"<node>", "<broke>", "alert(1)", "b</script>", "src=", "href=\"http"}) {
        EXPECT_THAT(page, Not(HasSubstr(hidden)));
    }
}

TEST(HtmlReport, HoldsTheOutput) {
    const RunRecord run = two_builds_run();
    const std::string page = html_report(run);
    const std::string before = "<script id=\"log-data\" type=\"text/plain\">";
    const std::size_t begin = page.find(before) + before.size();
    const std::string data = page.substr(begin, page.find("</script>", begin) - begin);
    EXPECT_EQ(unpack_log(decode_base64(data).value()), run.log);
}

TEST(Timeline, MarksTheBuildThatEndsLast) {
    const RunRecord run = two_builds_run();
    EXPECT_EQ(critical_build(run), 0);
    EXPECT_EQ(critical_build(RunRecord{}), -1);
    const std::string svg = timeline_svg(run);
    EXPECT_THAT(svg, HasSubstr("<g class=\"build critical\"><text class=\"name\""));
    EXPECT_THAT(svg, HasSubstr("class=\"step step-start cached\""));
    EXPECT_EQ(svg, timeline_svg(run));
}

TEST(ShortDuration, FitsItsSize) {
    const std::pair<std::chrono::nanoseconds, const char*> cases[] = {
        {0s, "0 ms"},
        {999ms, "999 ms"},
        {1500ms, "1.5 s"},
        {65s, "1 min 05 s"},
        {3599s + 700ms, "1 h 00 min"},
        {3780s, "1 h 03 min"}};
    for (const auto& [duration, want] : cases) {
        EXPECT_EQ(short_duration(duration), want);
    }
}

}  // namespace
}  // namespace kiln::report
