#include "report/table.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

const Table kTable{
    {{"name"}, {"size", true, 1}, {"note", false, 2}},
    {{"nodes", "8", "a|b"}, {"ä", "128", "=1+1, \"x\""}}};

TEST(Table, IsAlignedAndLeavesOutWhatDoesNotFit) {
    EXPECT_EQ(
        text_table(kTable, 0),
        "NAME   SIZE  NOTE\n"
        "nodes     8  a|b\n"
        "ä       128  =1+1, \"x\"\n"
    );
    EXPECT_EQ(text_table(kTable, 12), "NAME   SIZE\nnodes     8\nä       128\n");
    EXPECT_EQ(text_table(kTable, 3), "NAME\nnodes\nä\n") << "what is not expendable stays";
    EXPECT_EQ(text_table({kTable.columns, {}}, 0), "");
}

TEST(Table, KeepsACellOnItsLine) {
    EXPECT_EQ(text_table({{{"n"}}, {{"a\nb\x1b[2J"}}}, 0), "N\na b [2J\n");
}

TEST(Table, IsMarkdownAndCsvAndHtml) {
    EXPECT_EQ(
        markdown_table(kTable),
        "| name  | size | note      |\n"
        "| ----- | ---: | --------- |\n"
        "| nodes |    8 | a\\|b      |\n"
        "| ä     |  128 | =1+1, \"x\" |\n"
    );
    EXPECT_EQ(csv_table(kTable), "name,size,note\nnodes,8,a|b\nä,128,\"'=1+1, \"\"x\"\"\"\n");
    EXPECT_EQ(
        html_table({{{"a<b", true}}, {{"&"}}}),
        "<div class=\"scroll\"><table>\n<tr><th class=\"number\">a&lt;b</th></tr>\n"
        "<tr><td class=\"number\">&amp;</td></tr>\n</table></div>\n"
    );
}

}  // namespace
}  // namespace kiln::report
