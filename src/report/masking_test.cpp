#include "report/masking.hpp"

#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

struct Recorder : exec::EventSink {
    std::vector<exec::Event> events;
    void on_event(const exec::Event& event) override { events.push_back(event); }
};

struct MaskCase {
    const char* name;
    std::vector<std::string> secrets;
    const char* text;
    const char* want;
};

TEST(Masking, ReplacesEverySecret) {
    const MaskCase cases[] = {
        {"an empty one is none", {""}, "text", "text"},
        {"the longest first", {"pass", "password"}, "a password", "a <sensitive>"},
        {"the lines of a key",
         {"-----BEGIN\nAAAA\n}\n"},
         "AAAA } -----BEGIN",
         "<sensitive> } <sensitive>"},
        {"a key as a whole", {"one1\ntwo2"}, "x one1\ntwo2", "x <sensitive>"},
    };
    for (const MaskCase& c : cases) {
        SCOPED_TRACE(c.name);
        Recorder recorder;
        EXPECT_EQ(Masking(recorder, c.secrets).mask(c.text), c.want);
    }
}

TEST(Masking, CoversEveryTextOfEveryEvent) {
    Recorder recorder;
    Masking masking(recorder, {"hush"});
    artifact::Artifact artifact;
    artifact.id = "id hush";
    artifact.text = "text hush";
    artifact.files = {"dir/hush"};
    artifact.state = {{"k", "hush"}};
    SourceMap sources;
    const SourceFile& file = sources.add("f", "pw = \"hush\"\n");
    Error error(ErrorKind::io, "message hush", {&file, 0, 2});
    error.add_context("doing hush").set_hint("hint hush");
    masking.on_event(exec::Said{"b", "hush"});
    masking.on_event(exec::SaidError{"b", "hush"});
    masking.on_event(exec::OutputLine{"b", true, "hush"});
    masking.on_event(exec::Warned{"b", "hush"});
    masking.on_event(exec::Progressed{"b", "hush"});
    masking.on_event(exec::BuildFinished{"b", {}, {artifact}});
    masking.on_event(exec::BuildFailed{"b", {}, error});

    Screen screen;
    std::vector<std::string> texts;
    for (const exec::Event& event : recorder.events) {
        std::visit(
            [&](const auto& e) {
                if constexpr (requires { e.text; }) {
                    texts.push_back(e.text);
                } else if constexpr (requires { e.what; }) {
                    texts.push_back(e.what);
                } else if constexpr (requires { e.artifacts; }) {
                    const artifact::Artifact& got = e.artifacts.at(0);
                    for (const std::string& text :
                         {got.id, got.text, got.files.at(0).string(), got.state.at("k")}) {
                        texts.push_back(text);
                    }
                } else if constexpr (requires { e.error; }) {
                    texts.push_back(render(e.error));
                }
            },
            event
        );
    }
    EXPECT_EQ(
        texts,
        (std::vector<std::string>{
            "<sensitive>",
            "<sensitive>",
            "<sensitive>",
            "<sensitive>",
            "<sensitive>",
            "id <sensitive>",
            "text <sensitive>",
            "dir/<sensitive>",
            "<sensitive>",
            "error: message <sensitive>\n  while doing <sensitive>\n  hint: hint <sensitive>"})
    );
}

}  // namespace
}  // namespace kiln::report
