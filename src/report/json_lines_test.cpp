#include "report/json_lines.hpp"

#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kiln::report {
namespace {

TEST(JsonLines, TellsEveryEventInOneObject) {
    Screen screen;
    JsonLines lines(screen.output());
    for (const exec::Event& event : two_builds()) {
        lines.on_event(event);
    }
    lines.on_event(exec::Progressed{"a", "copying", 3, 0, exec::Progressed::Unit::bytes});
    std::string got = screen.take();
    const std::string time = "\"time\":\"" + rfc3339_local(screen.time) + "\",";
    for (std::size_t at = got.find(time); at != std::string::npos; at = got.find(time)) {
        got.erase(at, time.size());
    }
    EXPECT_EQ(
        got,
        R"({"event":"run-started","builds":["rootfs.node","null.two"]}
{"event":"build-started","build":"rootfs.node"}
{"event":"build-started","build":"null.two"}
{"event":"said","build":"null.two","component":null,"text":"Running local shell script: /tmp/packer-shell1"}
{"event":"said","build":"rootfs.node","component":null,"text":"first \n\nlast"}
{"event":"output","build":"null.two","component":null,"text":"out \u001b[1mbold\u001b[0m","stream":"stdout"}
{"event":"output","build":"null.two","component":null,"text":"err","stream":"stderr"}
{"event":"output","build":"null.two","component":null,"text":"","stream":"stdout"}
{"event":"output","build":"rootfs.node","component":"shell-local","text":"pp","stream":"stdout"}
{"event":"warned","build":"rootfs.node","component":null,"text":"old option"}
{"event":"said-error","build":null,"component":null,"text":"Cancelling build after receiving interrupt"}
{"event":"build-failed","build":"null.two","seconds":1.5,"error":{"message":"it broke, twice","at":null,"while":[],"hint":null}}
{"event":"build-finished","build":"rootfs.node","seconds":182.0,"artifacts":[{"builder_id":"kiln.rootfs","builder_type":"","id":"output/node.raw","text":"image: output/node.raw,\n17 B","files":["output/node.raw","output/node.qcow2"],"state":{}},{"builder_id":"packer.post-processor.checksum","builder_type":"","id":"","text":"Created artifact from files: a","files":[],"state":{}}]}
{"event":"run-finished","seconds":182.001,"interrupted":false}
{"event":"progressed","build":"a","what":"copying","unit":"bytes","done":3,"total":null,"finished":false}
)"
    );
}

TEST(JsonLines, AreAlwaysValidJson) {
    const std::string line = json_line(exec::Said{"b", "bad \xFF utf-8\n\x01"}, {});
    EXPECT_EQ(nlohmann::json::parse(line)["text"], "bad \xEF\xBF\xBD utf-8\n\x01");
}

}  // namespace
}  // namespace kiln::report
