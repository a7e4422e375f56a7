#pragma once

#include "aws/client.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::aws {

/// Which of Amazon EC2's products: attributes and their exact values, "instanceType" -> "m5.large".
struct ProductQuery {
    std::map<std::string, std::string> attributes;
    /// The end of its usage type, "EBS:SnapshotUsage"; its beginning differs from region to region.
    std::string usage_type_end;
};

struct ListedPrice {
    double dollars = 0;
    std::string published;  ///< "2026-11-01": the day of the price list; "" when it does not say

    bool operator==(const ListedPrice&) const = default;
};

/// On-demand price of one unit in US dollars; nothing when the price list has no such product.
/// Throws Error when the price list can not be asked. (AWS Price List API, GetProducts.)
std::optional<ListedPrice> on_demand_price(Client&, const ProductQuery&, std::stop_token);

/// The same of one answer: the price of its first product that fits and costs something. Pure.
/// Error{network} when it is no answer of GetProducts.
std::optional<ListedPrice> read_price(const std::string& answer, const std::string& usage_type_end);

}  // namespace kiln::aws
