#include "report/costs.hpp"

#include "report/timeline.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::report {

namespace {

using Parts = std::vector<exec::CostPart>;

bool is_unknown_price(const exec::CostPart& part) {
    return !part.price;
}

bool is_of_table(const exec::CostPart& part) {
    return part.price && !part.price->is_listed;
}

/// Whether a price is of the table that is built in: the price list could not be had.
bool has_table_price(const CostRecord& costs) {
    // An address costs the same everywhere and is in no list.
    const auto is_told = [](const exec::CostPart& part) {
        return is_of_table(part) && part.what != "a public IPv4 address";
    };
    return std::any_of(costs.once.begin(), costs.once.end(), is_told) ||
           std::any_of(costs.monthly.begin(), costs.monthly.end(), is_told);
}

std::string sum_text(const Parts& parts) {
    double dollars = 0;
    for (const exec::CostPart& part : parts) {
        dollars += part.price ? part.price->dollars : 0;
    }
    const bool is_partial = std::any_of(parts.begin(), parts.end(), is_unknown_price);
    return fmt::format("{}{:.2f} USD", is_partial ? "more than " : "", dollars);
}

constexpr const char* kTableNote =
    "The price list could not be had: prices are of the built-in table for us-east-1.";

std::string part_text(const exec::CostPart& part) {
    return part.price ? fmt::format("{:.4f}", part.price->dollars) : "unknown";
}

std::string text_of(const char* title, const Parts& parts) {
    if (parts.empty()) {
        return {};
    }
    std::string text = fmt::format("  {}: {}\n", title, sum_text(parts));
    for (const exec::CostPart& part : parts) {
        text += fmt::format("    {:>9}  {}\n", part_text(part), part.what);
    }
    return text;
}

std::string table_of(const char* title, const Parts& parts) {
    if (parts.empty()) {
        return {};
    }
    std::string html =
        fmt::format("<table>\n<tr><th>{}</th><th class=\"number\">USD</th></tr>\n", title);
    for (const exec::CostPart& part : parts) {
        html += fmt::format(
            "<tr><td>{}</td><td class=\"number\">{}</td></tr>\n",
            html_escaped(part.what),
            part_text(part)
        );
    }
    return html + fmt::format(
                      "<tr><td><strong>In all</strong></td><td class=\"number\"><strong>{}"
                      "</strong></td></tr>\n</table>\n",
                      sum_text(parts)
                  );
}

}  // namespace

std::string cost_line(const Parts& once, const Parts& monthly) {
    const CostRecord costs{once, monthly};
    return "An estimate of its cost: " + sum_text(once) +
           (monthly.empty() ? "" : ", and " + sum_text(monthly) + " a month for what it leaves") +
           (has_table_price(costs) ? " (the price list could not be had)" : "");
}

std::string costs_text(const RunRecord& run) {
    std::string text;
    for (const BuildRecord& build : run.builds) {
        if (build.costs) {
            text += build.name + "\n" + text_of("once", build.costs->once) +
                    text_of("a month, for what it leaves", build.costs->monthly);
            text += has_table_price(*build.costs) ? std::string("  ") + kTableNote + "\n" : "";
        }
    }
    return text;
}

std::string costs_section(const RunRecord& run) {
    std::string html;
    for (const BuildRecord& build : run.builds) {
        if (build.costs) {
            html += "<h3>" + html_escaped(build.name) + "</h3>\n" +
                    table_of("Once", build.costs->once) +
                    table_of("A month, for what it leaves", build.costs->monthly);
            html += has_table_price(*build.costs)
                        ? std::string("<p class=\"facts\">") + kTableNote + "</p>\n"
                        : "";
        }
    }
    if (html.empty()) {
        return {};
    }
    return "<section aria-labelledby=\"costs\">\n<h2 id=\"costs\">Costs</h2>\n<p "
           "class=\"facts\">An estimate, before taxes; snapshots are taken to be full.</p>\n" +
           html + "</section>\n";
}

nlohmann::ordered_json costs_json(const Parts& parts) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const exec::CostPart& part : parts) {
        nlohmann::ordered_json entry = {
            {"what", part.what}, {"dollars", nullptr}, {"listed", nullptr}};
        if (part.price) {
            entry["dollars"] = part.price->dollars;
            entry["listed"] = part.price->is_listed;
        }
        list.push_back(std::move(entry));
    }
    return list;
}

Parts read_costs(const nlohmann::ordered_json& json) {
    Parts parts;
    for (const nlohmann::ordered_json& entry : json) {
        exec::CostPart part;
        part.what = entry.at("what").get<std::string>();
        if (!entry.at("dollars").is_null()) {
            part.price =
                exec::Price{entry.at("dollars").get<double>(), entry.at("listed").get<bool>()};
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace kiln::report
