#pragma once

#include "execute/cost.hpp"
#include "report/run_record.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kiln::report {

/// One line: "An estimate of its cost: 0.02 USD, and 5.40 USD a month for what it leaves".
std::string cost_line(
    const std::vector<exec::CostPart>& once, const std::vector<exec::CostPart>& monthly
);

/// The costs of every build of a run as text, part by part; "" when there are none.
std::string costs_text(const RunRecord& run);

/// The page's section of them; "" when there are none.
std::string costs_section(const RunRecord& run);

/// A list of {"what", "dollars", "listed"}; the last two are null for a price that is not known.
nlohmann::ordered_json costs_json(const std::vector<exec::CostPart>& parts);
/// Throws nlohmann's exception for what costs_json did not write.
std::vector<exec::CostPart> read_costs(const nlohmann::ordered_json& json);

}  // namespace kiln::report
