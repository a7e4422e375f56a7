#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kiln::exec {

/// A price in US dollars, without tax and free allowances.
struct Price {
    double dollars = 0;
    bool is_listed = false;  ///< by the price list; otherwise of the table that is built in

    bool operator==(const Price&) const = default;
};

/// One part of what a build or its result costs.
struct CostPart {
    std::string what;            ///< "m5.large for 15 min"
    std::optional<Price> price;  ///< of it all; nothing when it is not known

    bool operator==(const CostPart&) const = default;
};

/// The sum of what is known.
double total_of(const std::vector<CostPart>& parts);

}  // namespace kiln::exec
