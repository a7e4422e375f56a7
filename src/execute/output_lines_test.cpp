#include "execute/output_lines.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

TEST(PrintableLine, ShowsWhatATerminalMayShow) {
    struct Case {
        const char* name;
        std::string bytes;
        const char* want;
    };
    const Case cases[] = {
        {"plain", "hello", "hello"},
        {"trailing white space", "a \t \r", "a"},
        {"the last of what overwrote itself", "10%\r50%\r100%  ", "100%"},
        {"a Windows line", "dir\r", "dir"},
        {"only white space", " \t ", ""},
        {"a tab inside", "a\tb", "a\tb"},
        {"colours stay", "\033[1;31mred\033[0m", "\033[1;31mred\033[0m"},
        {"the cursor is not moved", "a\033[2J\033[1;1Hb\033[K", "ab"},
        {"nor private modes set", "\033[?25lx", "x"},
        {"no title", "\033]0;title\ax\033]8;;url\033\\y", "xy"},
        {"no character set", "\033(Bx\033cy", "xy"},
        {"an unfinished sequence", "x\033[12", "x"},
        {"a lone escape", "x\033", "x"},
        {"a sequence that only looks like a colour", "\033[>4;1mx", "x"},
        {"invalid UTF-8", "a\xFF\xFE", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"UTF-8", "zażółć", "zażółć"},
        {"zero bytes",
         std::string("a\0b", 3),
         "a\xEF\xBF\xBD"
         "b"},
        {"eight-bit controls",
         "a\xC2\x9B"
         "31mb",
         "a\xEF\xBF\xBD"
         "31mb"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(printable_line(c.bytes), c.want);
    }
}

struct Lines : testing::Test {
    RunFixture run;
    BuildContext context = run.context();
    OutputLines lines{context};
    sys::OutputSink sink = lines.sink();

    void out(std::string_view bytes) { sink(sys::OutputStream::out, bytes); }
    void err(std::string_view bytes) { sink(sys::OutputStream::err, bytes); }
};

TEST_F(Lines, JoinWhatCameInPieces) {
    out("on");
    err("bad\nwor");
    out("e\ntwo\n\nth");
    lines.finish();
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "err null.base: bad",
            "out null.base: one",
            "out null.base: two",
            "out null.base: ",
            "out null.base: th",
            "err null.base: wor"
        )
    );
    lines.finish();
    EXPECT_THAT(run.events.take(), ElementsAre());
}

TEST_F(Lines, AreCutWhenTheyDoNotEnd) {
    const std::string flood(200 * 1024, 'x');
    out(flood);
    lines.finish();
    std::size_t bytes = 0;
    const std::vector<std::string> events = run.events.take();
    for (const std::string& line : events) {
        bytes += line.size() - std::string("out null.base: ").size();
        EXPECT_LE(line.size(), 65U * 1024);
    }
    EXPECT_EQ(bytes, flood.size());
    EXPECT_EQ(events.size(), 4U);
}

TEST_F(Lines, CarryTheNameOfThePostProcessor) {
    context.component = "shell-local";
    out("x\n");
    EXPECT_THAT(run.events.take(), ElementsAre("out null.base (shell-local): x"));
}

}  // namespace
}  // namespace kiln::exec
