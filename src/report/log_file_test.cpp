#include "report/log_file.hpp"

#include "base/strings.hpp"
#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

TEST(LogFile, WritesTimeLevelAndBuild) {
    Screen screen;
    LogFile log(screen.output());
    for (const exec::Event& event : two_builds()) {
        log.on_event(event);
    }
    EXPECT_EQ(
        replace_all(screen.take(), log_time(screen.time), "T"),
        R"(T [INFO] builds: rootfs.node, null.two
T [INFO] rootfs.node: started
T [INFO] null.two: started
T [INFO] null.two: Running local shell script: /tmp/packer-shell1
T [INFO] rootfs.node: first 
T [INFO] rootfs.node: 
T [INFO] rootfs.node: last
T [INFO] null.two: stdout: out bold
T [INFO] null.two: stderr: err
T [INFO] null.two: stdout: 
T [INFO] rootfs.node: stdout: shell-local: pp
T [WARN] rootfs.node: old option
T [ERROR] Cancelling build after receiving interrupt
T [ERROR] null.two: errored after 1.5s: it broke, twice
T [INFO] rootfs.node: finished after 3m2s
T [INFO] finished after 3m2.001s
)"
    );
}

}  // namespace
}  // namespace kiln::report
