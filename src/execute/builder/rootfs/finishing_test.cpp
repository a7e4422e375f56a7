#include "execute/builder/rootfs/finishing.hpp"

#include "execute/builder/rootfs/test_package.hpp"

#include <gmock/gmock.h>

namespace kiln::exec::rootfs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LayersOnDisk : public testing::Test {
protected:
    HeldLayer layer(const std::string& name) {
        HeldLayer held;
        held.entry.folder = folder_ / name;
        std::filesystem::create_directories(held.tree());
        return held;
    }
    TestFolder folder_;
};

TEST_F(LayersOnDisk, TouchedPathsAreThoseOfLaterLayers) {
    const std::vector<HeldLayer> chain = {layer("0"), layer("1"), layer("2")};
    write_text(chain[0].tree() / "etc/modules", "");
    write_text(chain[2].tree() / "etc/modprobe.d/x.conf", "options x");
    EXPECT_THAT(
        touched_paths(chain, 1, {"etc/modules", "etc/modprobe.d", "boot"}),
        ElementsAre("etc/modprobe.d")
    );
    EXPECT_THAT(
        touched_paths(chain, 0, {"etc/modules", "etc/modprobe.d"}),
        ElementsAre("etc/modules", "etc/modprobe.d")
    );
    EXPECT_THAT(touched_paths(chain, 3, {"etc/modules"}), IsEmpty());
}

TEST_F(LayersOnDisk, SymlinksDoNotLeadOutOfTheLayer) {
    const std::vector<HeldLayer> chain = {layer("0")};
    write_text(folder_ / "host/modules", "");
    std::filesystem::create_symlink(folder_ / "host", chain[0].tree() / "etc");
    EXPECT_THAT(touched_paths(chain, 0, {"etc/modules"}), IsEmpty());
}

TEST_F(LayersOnDisk, TheDigestFollowsNamesModesAndContents) {
    const std::vector<HeldLayer> chain = {layer("0")};
    const auto now = [&] { return digest_of_paths(chain, 0, {"etc/modprobe.d", "etc/modules"}); };
    const std::string empty = now();
    write_text(chain[0].tree() / "etc/other", "x");
    EXPECT_EQ(now(), empty);
    write_text(chain[0].tree() / "etc/modprobe.d/a.conf", "1");
    const std::string one = now();
    EXPECT_NE(one, empty);
    write_text(chain[0].tree() / "etc/modprobe.d/a.conf", "2");
    EXPECT_NE(now(), one);
    write_text(chain[0].tree() / "etc/modprobe.d/a.conf", "1");
    EXPECT_EQ(now(), one);
    std::filesystem::permissions(
        chain[0].tree() / "etc/modprobe.d/a.conf", std::filesystem::perms::owner_all
    );
    EXPECT_NE(now(), one);
}

}  // namespace
}  // namespace kiln::exec::rootfs
