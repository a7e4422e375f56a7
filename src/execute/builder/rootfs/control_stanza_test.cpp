#include "execute/builder/rootfs/control_stanza.hpp"

#include <gmock/gmock.h>

namespace kiln::exec::rootfs {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(ControlStanza, KeepsOrderAndContinuationLines) {
    const ControlStanza stanza = ControlStanza::parse(
        "Package: a\nDescription: short\n long\n .\n end\nno field\n"
        "Multi-Arch: same\n"
    );
    EXPECT_THAT(
        stanza.fields(),
        ElementsAre(
            Pair("Package", "a"),
            Pair("Description", "short\n long\n .\n end"),
            Pair("Multi-Arch", "same")
        )
    );
    EXPECT_EQ(stanza.get("multi-arch"), "same");
    EXPECT_EQ(stanza.find("Version"), nullptr);
}

}  // namespace
}  // namespace kiln::exec::rootfs
