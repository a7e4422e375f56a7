#pragma once

#include "image/history.hpp"
#include "image/times.hpp"
#include "report/table.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kiln::report {

/// The history of an account's releases as a table, a row for each.
Table history_table(const std::vector<image::Release>& releases);
/// {"account", "releases": [...]}; what is not known is null.
nlohmann::ordered_json history_json(
    const std::vector<image::Release>& releases, const std::string& account
);

/// Releases on one axis of time, a row for each lineage, as an SVG in classes that the page
/// colours: there, gone. Every mark has a title that says what it is.
std::string release_timeline_svg(const std::vector<image::Release>& releases, image::Time now);

/// Bars of one number of each release that is there, newest first: sizes, costs. "" without one.
std::string release_bars_svg(
    const std::vector<image::Release>& releases,
    double image::Release::*value,
    const std::string& unit
);

/// One page that needs nothing besides itself: timeline, table, sizes and costs as pictures.
std::string history_page(
    const std::vector<image::Release>& releases, const std::string& account, image::Time now
);

}  // namespace kiln::report
