#pragma once

#include "execute/aws/forecast.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kiln::cli {

/// What a build on EC2 would come to, for people; ends with a newline.
std::string forecast_text(const exec::Forecast& forecast);
/// The same as a record of `kiln plan -json`: what is absent is null, money is in US dollars.
nlohmann::ordered_json forecast_json(const exec::Forecast& forecast);

}  // namespace kiln::cli
