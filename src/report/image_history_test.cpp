#include "report/image_history.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<image::Release> two_releases() {
    image::Release first;
    first.name = "node-1";
    first.architecture = "x86_64";
    first.created = "2026-01-01T00:00:00.000Z";
    first.notes.author = "Ada & <Bob>";
    first.notes.reason = "first";
    first.removed = {{"eu-west-1", "ami-1"}};
    first.removed_at = "2026-03-01T00:00:00Z";
    image::Release second = first;
    second.name = "node-2";
    second.created = "2026-02-01T00:00:00.000Z";
    second.notes.source_name = "base-2";
    second.notes.source_image = "ami-b";
    second.source_change = "base-1 -> base-2";
    second.clusters = {"lab", "prod"};
    second.images = {{"eu-west-1", "ami-2"}, {"us-east-1", "ami-3"}};
    second.removed.clear();
    second.removed_at.clear();
    second.gib = 16;
    second.dollars = 0.8;
    return {first, second};
}

TEST(History, IsATableWithARowARelease) {
    EXPECT_EQ(
        csv_table(history_table(two_releases())),
        "date,release,arch,author,support,description,reason,Kubernetes,source,clusters,AMIs,"
        "USD/month\n"
        "2026-01-01,node-1,x86_64,Ada & <Bob>,,,first,,,,removed 2026-03-01,\n"
        "2026-02-01,node-2,x86_64,Ada & <Bob>,,,first,,base-2 (base-1 -> base-2),lab prod,"
        "eu-west-1:ami-2 us-east-1:ami-3,0.80\n"
    );
}

TEST(History, IsADocumentInWhichWhatIsAbsentIsNull) {
    const auto json = history_json(two_releases(), "123456789012");
    EXPECT_EQ(json["account"], "123456789012");
    const auto& second = json["releases"][1];
    EXPECT_EQ(second["lineage"], "node-#");
    EXPECT_TRUE(second["support"].is_null());
    EXPECT_EQ(second["source_name"], "base-2");
    EXPECT_EQ(second["clusters"].size(), 2u);
    EXPECT_EQ(second["images"][1]["id"], "ami-3");
    EXPECT_TRUE(second["removed"].is_null());
}

TEST(History, IsAPageThatNeedsNothingElse) {
    const image::Time now = image::parse_time("2026-11-21").value();
    const std::string page = history_page(two_releases(), "123456789012", now);
    EXPECT_THAT(page, HasSubstr("2 releases, 1 of them there"));
    EXPECT_THAT(page, HasSubstr("class=\"release gone\""));
    EXPECT_THAT(page, HasSubstr("<title>node-2, 2026-02-01: first</title>"));
    EXPECT_THAT(page, HasSubstr("<title>node-2: 0.80 USD a month</title>"));
    EXPECT_THAT(page, HasSubstr("Ada &amp; &lt;Bob&gt;"));
    for (const char* outside : {"<Bob>", "http://", "https://", "<script", "src="}) {
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    }
    const std::string empty = history_page({}, "123456789012", now);
    EXPECT_THAT(empty, HasSubstr("0 releases"));
    EXPECT_THAT(empty, Not(HasSubstr("<svg")));
}

}  // namespace
}  // namespace kiln::report
