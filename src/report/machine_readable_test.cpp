#include "report/machine_readable.hpp"

#include "report/listener_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

TEST(MachineReadable, WritesWhatScriptsRead) {
    Screen screen;
    MachineReadable machine(screen.output());
    for (const exec::Event& event : two_builds()) {
        machine.on_event(event);
    }
    EXPECT_EQ(
        screen.take(),
        R"(1795233533,,ui,say,==> null.two: Running local shell script: /tmp/packer-shell1
1795233533,,ui,say,==> rootfs.node: first\n==> rootfs.node:\n==> rootfs.node: last
1795233533,,ui,say,==> null.two: out bold
1795233533,,ui,error,==> null.two: err
1795233533,,ui,say,==> null.two:
1795233533,,ui,say,==> rootfs.node (shell-local): pp
1795233533,,ui,say,==> rootfs.node: Warning: old option
1795233533,,ui,error,Cancelling build after receiving interrupt
1795233533,,ui,error,Build 'null.two' errored after 1 second 500 milliseconds: it broke%!(PACKER_COMMA) twice
1795233533,,ui,say,Build 'rootfs.node' finished after 3 minutes 2 seconds.
1795233533,,ui,say,\n==> Wait completed after 3 minutes 2 seconds
1795233533,,error-count,1
1795233533,,ui,error,\n==> Some builds didn't complete successfully and had errors:
1795233533,null.two,error,it broke%!(PACKER_COMMA) twice
1795233533,,ui,error,--> null.two: it broke%!(PACKER_COMMA) twice
1795233533,,ui,say,\n==> Builds finished. The artifacts of successful builds are:
1795233533,rootfs.node,artifact-count,2
1795233533,rootfs.node,artifact,0,builder-id,kiln.rootfs
1795233533,rootfs.node,artifact,0,id,output/node.raw
1795233533,rootfs.node,artifact,0,string,image: output/node.raw%!(PACKER_COMMA)\n17 B
1795233533,rootfs.node,artifact,0,files-count,2
1795233533,rootfs.node,artifact,0,file,0,output/node.raw
1795233533,rootfs.node,artifact,0,file,1,output/node.qcow2
1795233533,rootfs.node,artifact,0,end
1795233533,,ui,say,--> rootfs.node: image: output/node.raw%!(PACKER_COMMA)\n17 B
1795233533,rootfs.node,artifact,1,builder-id,packer.post-processor.checksum
1795233533,rootfs.node,artifact,1,id,
1795233533,rootfs.node,artifact,1,string,Created artifact from files: a
1795233533,rootfs.node,artifact,1,files-count,0
1795233533,rootfs.node,artifact,1,end
1795233533,,ui,say,--> rootfs.node: Created artifact from files: a
)"
    );
}

TEST(MachineReadable, EscapesWhatWouldBreakALine) {
    Screen screen;
    EXPECT_EQ(
        machine_line(screen.time, "t", {"a,b", "c\r\nd"}),
        "1795233533,t,a%!(PACKER_COMMA)b,c\\r\\nd\n"
    );
}

}  // namespace
}  // namespace kiln::report
