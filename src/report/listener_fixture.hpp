#pragma once

#include "execute/events.hpp"
#include "report/output.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kiln::report {

/// What the tests of the listeners write to, and a clock that stands still until it is moved.
struct Screen {
    std::string text;
    // 2026-11-21T03:58:53Z
    WallTime time = WallTime(std::chrono::seconds(1795233533));

    Output output() {
        return {[this](std::string_view written) { text += written; }, [this] { return time; }};
    }
    std::string take() { return std::exchange(text, {}); }
};

/// A run of two builds, one that works and one that fails.
inline std::vector<exec::Event> two_builds() {
    using namespace std::chrono_literals;
    artifact::Artifact image;
    image.builder_id = "kiln.rootfs";
    image.id = "output/node.raw";
    image.text = "image: output/node.raw,\n17 B";
    image.files = {"output/node.raw", "output/node.qcow2"};
    artifact::Artifact sums;
    sums.builder_id = "packer.post-processor.checksum";
    sums.text = "Created artifact from files: a";
    return {
        exec::RunStarted{{"rootfs.node", "null.two"}},
        exec::BuildStarted{"rootfs.node"},
        exec::BuildStarted{"null.two"},
        exec::Said{"null.two", "Running local shell script: /tmp/packer-shell1"},
        exec::Said{"rootfs.node", "first \n\nlast"},
        exec::OutputLine{"null.two", false, "out \033[1mbold\033[0m"},
        exec::OutputLine{"null.two", true, "err"},
        exec::OutputLine{"null.two", false, ""},
        exec::OutputLine{"rootfs.node", false, "pp", "shell-local"},
        exec::Warned{"rootfs.node", "old option"},
        exec::SaidError{"", "Cancelling build after receiving interrupt"},
        exec::BuildFailed{"null.two", 1500ms, Error(ErrorKind::command, "it broke, twice")},
        exec::BuildFinished{"rootfs.node", 3min + 2s, {image, sums}},
        exec::RunFinished{3min + 2s + 1ms, false},
    };
}

}  // namespace kiln::report
