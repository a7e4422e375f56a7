#include "base/diagnostics.hpp"

#include "base/diagnostic_text.hpp"
#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Diagnostics, RendersLineCaretContextAndHint) {
    SourceMap map;
    const SourceFile& file = map.add("node.pkr.hcl", "a = 1\n\tvolume_size = 8\n");
    Diagnostic diagnostic{
        Severity::error,
        "volume_size of 8 GiB is smaller than the source snapshot (20 GiB)",
        {&file, 21, 22},
        "use 20 or more, or leave volume_size out",
        {"planning source \"amazon-ebs.base\""}};
    EXPECT_EQ(
        render(diagnostic),
        "node.pkr.hcl:2:16: error: volume_size of 8 GiB is smaller than the source snapshot (20 "
        "GiB)\n"
        "    2 | \tvolume_size = 8\n"
        "      | \t              ^\n"
        "  while planning source \"amazon-ebs.base\"\n"
        "  hint: use 20 or more, or leave volume_size out"
    );
}

TEST(Diagnostics, CutsVeryLongLinesAroundTheCaret) {
    SourceMap map;
    const SourceFile& file = map.add("x", std::string(1000, 'a') + "!" + std::string(1000, 'b'));
    const std::string excerpt = render_excerpt({&file, 1000, 1001});
    EXPECT_LT(excerpt.size(), 400U);
    const std::size_t newline = excerpt.find('\n');
    EXPECT_EQ(excerpt[excerpt.find('^') - newline - 1], '!');
}

TEST(Diagnostics, CutsLongLinesThatAreNoText) {
    SourceMap map;
    const SourceFile& file =
        map.add("x", std::string(1000, '\xa4') + "!" + std::string(1000, '\xff'));
    for (const std::uint32_t mark : {0U, 81U, 500U, 1000U, 2000U}) {
        const SourceExcerpt shown = excerpt({&file, mark, mark + 1});
        EXPECT_LT(shown.text.size(), 200U) << mark;
        EXPECT_EQ(shown.offset + shown.mark, mark);
    }
}

TEST(Diagnostics, CountsOnlyErrors) {
    Diagnostics diagnostics;
    diagnostics.warning({}, "careful");
    EXPECT_FALSE(diagnostics.has_errors());
    diagnostics.error({}, "no");
    EXPECT_TRUE(diagnostics.has_errors());
    EXPECT_EQ(render(diagnostics), "warning: careful\n\nerror: no");
}

TEST(Error, CarriesContextOutward) {
    Error error(ErrorKind::io, "writing /x: No space left on device");
    error.add_context("storing the layer of step 3").set_hint("free some space");
    EXPECT_EQ(
        render(error),
        "error: writing /x: No space left on device\n  while storing the layer of step 3\n  hint: "
        "free some space"
    );
}

}  // namespace
}  // namespace kiln
