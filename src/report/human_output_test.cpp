#include "report/human_output.hpp"

#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

std::string told(Screen& screen, HumanOptions options, const std::vector<exec::Event>& events) {
    HumanOutput human(screen.output(), std::move(options));
    for (const exec::Event& event : events) {
        human.on_event(event);
    }
    return screen.take();
}

TEST(HumanOutput, HasPackersShape) {
    Screen screen;
    EXPECT_EQ(
        told(screen, {}, two_builds()),
        R"(==> null.two: Running local shell script: /tmp/packer-shell1
==> rootfs.node: first
==> rootfs.node:
==> rootfs.node: last
==> null.two: out bold
==> null.two: err
==> null.two:
==> rootfs.node (shell-local): pp
==> rootfs.node: Warning: old option
Cancelling build after receiving interrupt
Build 'null.two' errored after 1 second 500 milliseconds: it broke, twice
Build 'rootfs.node' finished after 3 minutes 2 seconds.

==> Wait completed after 3 minutes 2 seconds

==> Some builds didn't complete successfully and had errors:
--> null.two: it broke, twice

==> Builds finished. The artifacts of successful builds are:
--> rootfs.node: image: output/node.raw,
17 B
--> rootfs.node: Created artifact from files: a
)"
    );
}

TEST(HumanOutput, ColoursEachBuildAndWrapsATextOnce) {
    Screen screen;
    const std::vector<exec::Event> events = {
        exec::RunStarted{{"a", "b"}},
        exec::Said{"a", "one\ntwo"},
        exec::Said{"b", "x"},
        exec::OutputLine{"b", true, "e"},
        exec::BuildFailed{"b", std::chrono::seconds(1), Error(ErrorKind::io, "bad")},
        exec::BuildFinished{"a", std::chrono::seconds(1), {}},
        exec::RunFinished{std::chrono::seconds(1), false},
    };
    EXPECT_EQ(
        told(screen, {.color = true}, events),
        "\033[1;32ma: output will be in this color.\033[0m\n"
        "\033[1;36mb: output will be in this color.\033[0m\n"
        "\n"
        "\033[1;32m==> a: one\n==> a: two\033[0m\n"
        "\033[1;36m==> b: x\033[0m\n"
        "\033[1;31m==> b: e\033[0m\n"
        "\033[1;31mBuild 'b' errored after 1 second: bad\033[0m\n"
        "\033[1;32mBuild 'a' finished after 1 second.\033[0m\n"
        "\n==> Wait completed after 1 second\n"
        "\033[1;31m\n==> Some builds didn't complete successfully and had errors:\033[0m\n"
        "\033[1;31m--> b: bad\033[0m\n"
        "\n==> Builds finished but no artifacts were created.\n"
    );
}

TEST(HumanOutput, StampsTheLinesOfBuildsOnly) {
    Screen screen;
    const std::vector<exec::Event> events = {
        exec::RunStarted{{"a"}},
        exec::Said{"a", "one\ntwo"},
        exec::RunFinished{std::chrono::seconds(1), true},
    };
    EXPECT_EQ(
        told(screen, {.timestamps = true}, events),
        rfc3339_local(screen.time) +
            ": ==> a: one\n==> a: two\n\n==> Wait completed after 1 second\n"
            "Cleanly cancelled builds after being interrupted.\n"
    );
}

TEST(HumanOutput, NamesWhereAnErrorIsAndWhatWasDone) {
    SourceMap sources;
    const SourceFile& file = sources.add("a.pkr.hcl", "x = 1\n");
    Error error(ErrorKind::input, "it is odd", {&file, 4, 5});
    error.add_context("reading it").set_hint("use 2");
    EXPECT_EQ(
        error_text(error),
        "it is odd\n  at a.pkr.hcl:1:5\n    1 | x = 1\n      |     ^\n"
        "  while reading it\n  hint: use 2"
    );
}

TEST(HumanOutput, KeepsProgressBelowTheLines) {
    Screen screen;
    HumanOutput human(screen.output(), {.live_columns = [] { return 60U; }});
    using exec::Progressed;
    human.on_event(Progressed{"a", "copying", 10, 40, Progressed::Unit::bytes});
    EXPECT_EQ(screen.take(), "    a  copying 10 B of 40 B (25%)  0 s\n");
    human.on_event(Progressed{"a", "copying", 11, 40, Progressed::Unit::bytes});
    EXPECT_EQ(screen.take(), "") << "painted too soon";
    screen.time += std::chrono::seconds(5);
    human.on_event(Progressed{"a", "copying", 20, 40, Progressed::Unit::bytes});
    EXPECT_EQ(screen.take(), "\033[1A\r\033[J    a  copying 20 B of 40 B (50%), 4 B/s  5 s\n");
    human.on_event(exec::Said{"a", "hello"});
    EXPECT_EQ(
        screen.take(),
        "\033[1A\r\033[J==> a: hello\n    a  copying 20 B of 40 B (50%), 4 B/s  5 s\n"
    );
    human.on_event(Progressed{"a", "copying", 40, 40, Progressed::Unit::bytes, true});
    EXPECT_EQ(screen.take(), "\033[1A\r\033[J    a  5 s\n");
    screen.time += std::chrono::seconds(1);
    human.tick();
    EXPECT_EQ(screen.take(), "\033[1A\r\033[J    a  6 s\n");
    human.clear_live();
    human.tick();
    EXPECT_EQ(screen.take(), "\033[1A\r\033[J") << "somebody is asked a question";
}

TEST(HumanOutput, IsSilentAboutProgressInAPipe) {
    Screen screen;
    EXPECT_EQ(
        told(screen, {}, {exec::Progressed{"a", "copying", 1, 2, exec::Progressed::Unit::items}}),
        ""
    );
}

TEST(HumanOutput, RemovesTheProgressOfABuildThatEnds) {
    Screen screen;
    HumanOutput human(screen.output(), {.live_columns = [] { return 80U; }});
    human.on_event(exec::Progressed{"a", "copying", 1, 0, exec::Progressed::Unit::packages});
    EXPECT_EQ(screen.take(), "    a  copying 1 packages  0 s\n");
    human.on_event(exec::BuildFinished{"a", std::chrono::seconds(1), {}});
    EXPECT_EQ(screen.take(), "\033[1A\r\033[JBuild 'a' finished after 1 second.\n");
}

}  // namespace
}  // namespace kiln::report
