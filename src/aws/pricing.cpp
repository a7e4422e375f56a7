#include "aws/pricing.hpp"

#include "base/error.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace kiln::aws {

namespace {

// The price list of all regions is served from a few.
constexpr const char* kPriceListRegion = "us-east-1";

/// Of a product's terms; zero for a dimension that is free.
double price_in(const nlohmann::json& product) {
    for (const auto& term : product.at("terms").at("OnDemand")) {
        for (const auto& dimension : term.at("priceDimensions")) {
            const auto& price = dimension.at("pricePerUnit");
            if (price.contains("USD")) {
                return std::strtod(price.at("USD").get<std::string>().c_str(), nullptr);
            }
        }
    }
    return 0;
}

}  // namespace

std::optional<ListedPrice> read_price(
    const std::string& answer, const std::string& usage_type_end
) {
    try {
        const auto document = nlohmann::json::parse(answer);
        for (const auto& text : document.at("PriceList")) {
            const auto product = nlohmann::json::parse(text.get<std::string>());
            const auto usage =
                product.at("product").at("attributes").value("usagetype", std::string());
            const double price = usage.ends_with(usage_type_end) ? price_in(product) : 0;
            if (price > 0) {
                constexpr std::size_t kDay = std::string_view("2026-11-01").size();
                return ListedPrice{
                    price, product.value("publicationDate", std::string()).substr(0, kDay)};
            }
        }
        return std::nullopt;
    } catch (const nlohmann::json::exception& problem) {
        throw Error(
            ErrorKind::network, std::string("GetProducts: not a price list: ") + problem.what()
        );
    }
}

std::optional<ListedPrice> on_demand_price(
    Client& client, const ProductQuery& query, std::stop_token stop
) {
    nlohmann::json filters = nlohmann::json::array();
    for (const auto& [field, value] : query.attributes) {
        filters.push_back({{"Type", "TERM_MATCH"}, {"Field", field}, {"Value", value}});
    }
    const nlohmann::json request = {
        {"ServiceCode", "AmazonEC2"},
        {"FormatVersion", "aws_v1"},
        {"MaxResults", 100},
        {"Filters", std::move(filters)}};
    const net::HttpResponse answer = client.send_or_throw(
        json_call(Service::pricing, "GetProducts", request.dump()),
        kPriceListRegion,
        std::move(stop)
    );
    return read_price(answer.body, query.usage_type_end);
}

}  // namespace kiln::aws
