#include "execute/builder/rootfs/apt_sources.hpp"

#include <gmock/gmock.h>

namespace kiln::exec::rootfs {
namespace {

using testing::ElementsAre;

TEST(AptSources, ReadsBothForms) {
    const AptSource want{
        {"http://mirror.example.org/debian"},
        {"bookworm"},
        {"main", "contrib"},
        "/usr/share/keyrings/a.gpg",
        false};
    EXPECT_THAT(
        parse_one_line_sources(
            "# comment\n"
            "deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] http://mirror.example.org/debian "
            "bookworm main contrib # end\n"
            "deb-src http://mirror.example.org/debian bookworm main\n"
        ),
        ElementsAre(want)
    );
    EXPECT_THAT(
        parse_deb822_sources("Types: deb deb-src\n"
                             "# between\n"
                             "URIs: http://mirror.example.org/debian\n"
                             "Suites: bookworm\n"
                             "Components: main contrib\n"
                             "Signed-By: /usr/share/keyrings/a.gpg\n"
                             "\n"
                             "Types: deb\nEnabled: no\nURIs: x\nSuites: y\n"),
        ElementsAre(want)
    );
}

TEST(AptSources, KeepsTheSuiteAndItsCompanions) {
    const AptSource all{
        {"u"},
        {"bookworm", "bookworm-updates", "bookworm-backports", "trixie"},
        {"main"},
        "",
        false};
    const AptSource want{{"u"}, {"bookworm", "bookworm-updates"}, {"main"}, "", false};
    EXPECT_THAT(sources_of_suite({all, all}, "bookworm"), ElementsAre(want));
    EXPECT_THAT(sources_of_suite({all}, "sid"), ElementsAre());
}

TEST(AptSources, RendersWhatItReads) {
    const std::vector<AptSource> sources = {
        {{"u"}, {"s"}, {"main"}, "/k.gpg", false},
        {{"v"}, {"./"}, {}, "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc", true}};
    EXPECT_EQ(parse_deb822_sources(render_deb822(sources)), sources);
}

}  // namespace
}  // namespace kiln::exec::rootfs
