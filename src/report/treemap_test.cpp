#include "report/treemap.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Squarified, IsWhatThePaperDraws) {
    // The example of the paper: areas 6 6 4 3 2 2 1 in 6 by 4.
    const std::vector<MapRectangle> got = squarified({6, 6, 4, 3, 2, 2, 1}, {0, 0, 6, 4});
    const std::vector<MapRectangle> want = {
        {0, 0, 3, 2},
        {0, 2, 3, 2},
        {3, 0, 12.0 / 7, 7.0 / 3},
        {3 + 12.0 / 7, 0, 9.0 / 7, 7.0 / 3},
        {3, 7.0 / 3, 1.2, 5.0 / 3},
        {4.2, 7.0 / 3, 1.2, 5.0 / 3},
        {5.4, 7.0 / 3, 0.6, 5.0 / 3}};
    ASSERT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        SCOPED_TRACE(i);
        EXPECT_NEAR(got[i].x, want[i].x, 1e-6);
        EXPECT_NEAR(got[i].y, want[i].y, 1e-6);
        EXPECT_NEAR(got[i].width, want[i].width, 1e-6);
        EXPECT_NEAR(got[i].height, want[i].height, 1e-6);
    }
}

TEST(Squarified, FillsTheWholeAndNoMore) {
    std::vector<double> sizes;
    for (int i = 60; i > 0; --i) {
        sizes.push_back(i * i * i);
    }
    const std::vector<MapRectangle> got = squarified(sizes, {0, 0, 1000, 380});
    double area = 0;
    for (const MapRectangle& at : got) {
        area += at.width * at.height;
        EXPECT_GE(at.x, -1e-6);
        EXPECT_LE(at.x + at.width, 1000 + 1e-6);
        EXPECT_LE(at.y + at.height, 380 + 1e-6);
    }
    EXPECT_NEAR(area, 380000, 1e-3);
    EXPECT_TRUE(squarified({}, {0, 0, 1, 1}).empty());
}

TEST(TreemapSvg, NamesEachPartAndGathersTheSmallest) {
    std::vector<PartSize> parts = {{"linux <image>", 1 << 20}, {"", 4096}};
    for (int i = 0; i < 60; ++i) {
        parts.push_back({"small-" + std::to_string(i), 1});
    }
    parts.push_back({"empty", 0});
    const std::string svg = treemap_svg(parts, "Size by package");
    EXPECT_THAT(svg, HasSubstr("aria-label=\"Size by package\""));
    EXPECT_THAT(svg, HasSubstr("<title>linux &lt;image&gt;: 1 MiB</title>"));
    EXPECT_THAT(svg, HasSubstr("<title>no package: 4 KiB</title>"));
    EXPECT_THAT(svg, HasSubstr("<title>23 others: 22 B</title>"));
    EXPECT_THAT(svg, Not(HasSubstr("small-59")));
}

TEST(SizeMaps, AreMadeOfWhatAPostProcessorRecorded) {
    const ImageSizes sizes = read_image_sizes(
        R"({"packages":[{"name":"bash","bytes":3}],"folders":[{"name":"/usr/bin","bytes":2048}]})"
    );
    EXPECT_EQ(sizes, (ImageSizes{{{"bash", 3}}, {{"/usr/bin", 2048}}}));
    const std::string text = size_maps(sizes);
    EXPECT_THAT(text, HasSubstr("<td>bash</td><td class=\"number\">3 B</td>"));
    EXPECT_THAT(text, HasSubstr("<td>/usr/bin</td><td class=\"number\">2 KiB</td>"));
    EXPECT_EQ(size_maps({}), "");
    EXPECT_EQ(read_image_sizes(""), ImageSizes{});
    EXPECT_THROW(read_image_sizes("{}"), Error);
}

}  // namespace
}  // namespace kiln::report
