#include "aws/pricing.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::aws {
namespace {

std::string answer(const std::vector<std::pair<std::string, std::string>>& usage_and_price) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [usage, price] : usage_and_price) {
        const nlohmann::json product = {
            {"publicationDate", "2026-11-01T09:00:00Z"},
            {"product", {{"attributes", {{"usagetype", usage}}}}},
            {"terms",
             {{"OnDemand",
               {{"SKU.TERM",
                 {{"priceDimensions",
                   {{"SKU.TERM.RATE",
                     {{"unit", "Hrs"}, {"pricePerUnit", {{"USD", price}}}}}}}}}}}}}};
        list.push_back(product.dump());
    }
    return nlohmann::json{{"FormatVersion", "aws_v1"}, {"PriceList", list}}.dump();
}

TEST(Pricing, TakesTheFirstThatFitsAndIsNotFree) {
    const std::string list = answer(
        {{"EUW1-EBS:SnapshotArchiveStorage", "0.0131"},
         {"EUW1-EBS:SnapshotUsage", "0.0000000000"},
         {"EUW1-EBS:SnapshotUsage", "0.0530000000"}}
    );
    EXPECT_EQ(read_price(list, "EBS:SnapshotUsage"), (ListedPrice{0.053, "2026-11-01"}));
    EXPECT_EQ(read_price(list, ""), (ListedPrice{0.0131, "2026-11-01"}));
}

TEST(Pricing, KnowsWhenThereIsNone) {
    EXPECT_EQ(read_price(answer({}), ""), std::nullopt);
    EXPECT_EQ(read_price(answer({{"BoxUsage:m5.large", "0.1"}}), "SnapshotUsage"), std::nullopt);
}

TEST(Pricing, RefusesWhatIsNoPriceList) {
    EXPECT_THROW(read_price("<html>", ""), Error);
    EXPECT_THROW(read_price(R"({"PriceList": ["{}"]})", ""), Error);
}

}  // namespace
}  // namespace kiln::aws
