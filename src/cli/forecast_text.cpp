#include "cli/forecast_text.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string or_word(const std::string& text, const char* otherwise) {
    return text.empty() ? otherwise : text;
}

std::string row(const std::string& name, const std::string& text) {
    return fmt::format("  {:<14} {}\n", name, text);
}

std::string source_text(const aws::ec2::Image& source) {
    return fmt::format(
        "{}  {}  ({}, of {}, {})",
        source.id,
        source.name,
        source.architecture,
        or_word(source.owner_alias, source.owner_id.c_str()),
        source.creation_date.substr(0, 10)
    );
}

std::string network_text(const exec::BuildNetwork& network) {
    const std::string place =
        network.subnet_id.empty()
            ? "a default subnet that EC2 takes"
            : network.subnet_id + " of " + network.vpc_id + ", " + network.availability_zone;
    return place + (network.gives_public_address ? ", a public address" : ", no public address");
}

/// One line a part, dollars in a column; a star for a price of the built-in table.
std::string costs_text(const char* name, const std::vector<exec::CostPart>& parts) {
    std::string text = row(name, fmt::format("{:.2f} USD", exec::total_of(parts)));
    for (const exec::CostPart& part : parts) {
        const bool is_built_in = part.price && !part.price->is_listed;
        const std::string dollars =
            part.price ? fmt::format("{:.4f}", part.price->dollars) : "unknown";
        text += fmt::format("    {:>9}{} {}\n", dollars, is_built_in ? '*' : ' ', part.what);
    }
    return text;
}

bool has_built_in_price(const exec::Forecast& forecast) {
    const auto is_built_in = [](const exec::CostPart& part) {
        return part.price && !part.price->is_listed;
    };
    return std::any_of(forecast.once.begin(), forecast.once.end(), is_built_in) ||
           std::any_of(forecast.monthly.begin(), forecast.monthly.end(), is_built_in);
}

std::string temporary_text(const exec::Forecast& forecast) {
    std::vector<std::string> things;
    if (forecast.makes_key_pair) {
        things.emplace_back("a key pair");
    }
    if (forecast.makes_security_group) {
        things.emplace_back("a security group");
    }
    things.push_back(
        "an instance (" + or_word(forecast.instance_type, "type of the fleet") +
        (forecast.is_spot ? ", spot)" : ")")
    );
    for (const exec::ForecastVolume& volume : forecast.volumes) {
        if (!volume.outlives_build) {
            things.push_back(
                fmt::format("{} {} GiB {}", volume.device_name, volume.size_gib, volume.type)
            );
        }
    }
    return join(things, ", ");
}

std::string results_text(const exec::Forecast& forecast) {
    std::string text;
    for (const std::string& region : forecast.ami_regions) {
        std::string line = fmt::format("AMI \"{}\" in {}", forecast.ami_name, region);
        if (const auto found = forecast.standing.find(region); found != forecast.standing.end()) {
            line += forecast.replaces_standing
                        ? ", in place of " + found->second
                        : ": " + found->second + " has this name, so the build would stop";
        }
        text += row(text.empty() ? "stays" : "", line);
    }
    for (const exec::ForecastVolume& volume : forecast.volumes) {
        if (volume.outlives_build) {
            text += row(
                text.empty() ? "stays" : "",
                fmt::format("volume {} {} GiB {}", volume.device_name, volume.size_gib, volume.type)
            );
        }
    }
    return text.empty() ? row("stays", "nothing") : text;
}

Json costs_json(const std::vector<exec::CostPart>& parts) {
    Json list = Json::array();
    for (const exec::CostPart& part : parts) {
        list.push_back(
            {{"what", part.what},
             {"dollars", part.price ? Json(part.price->dollars) : Json()},
             {"listed", part.price ? Json(part.price->is_listed) : Json()}}
        );
    }
    return {{"dollars", exec::total_of(parts)}, {"parts", std::move(list)}};
}

Json id_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

}  // namespace

std::string forecast_text(const exec::Forecast& forecast) {
    std::string text = fmt::format(
        "{} on EC2: account {}, region {}\n", forecast.build, forecast.account, forecast.region
    );
    text += row("source AMI", source_text(forecast.source));
    text += row("network", network_text(forecast.network));
    text += row("for a while", temporary_text(forecast));
    text += results_text(forecast);
    text += costs_text("costs once", forecast.once);
    if (!forecast.monthly.empty()) {
        text += costs_text("costs a month", forecast.monthly);
    }
    text += fmt::format(
        "  An estimate: the build is taken to last {} minutes, and snapshots to be full.\n",
        forecast.assumed.count()
    );
    if (has_built_in_price(forecast)) {
        text += "  * of the built-in table for us-east-1\n";
    }
    return text;
}

Json forecast_json(const exec::Forecast& forecast) {
    Json volumes = Json::array();
    for (const exec::ForecastVolume& volume : forecast.volumes) {
        volumes.push_back(
            {{"device_name", volume.device_name},
             {"size_gib", volume.size_gib},
             {"type", volume.type},
             {"outlives_build", volume.outlives_build}}
        );
    }
    Json amis = Json::array();
    for (const std::string& region : forecast.ami_regions) {
        const auto found = forecast.standing.find(region);
        amis.push_back(
            {{"region", region},
             {"name", forecast.ami_name},
             {"standing", found == forecast.standing.end() ? Json() : Json(found->second)},
             {"replaces_standing", forecast.replaces_standing}}
        );
    }
    return {
        {"build", forecast.build},
        {"account", forecast.account},
        {"region", forecast.region},
        {"source_ami",
         {{"id", forecast.source.id},
          {"name", forecast.source.name},
          {"architecture", forecast.source.architecture},
          {"creation_date", forecast.source.creation_date}}},
        {"network",
         {{"vpc_id", id_or_null(forecast.network.vpc_id)},
          {"subnet_id", id_or_null(forecast.network.subnet_id)},
          {"availability_zone", id_or_null(forecast.network.availability_zone)},
          {"public_address", forecast.network.gives_public_address}}},
        {"instance_type", id_or_null(forecast.instance_type)},
        {"spot", forecast.is_spot},
        {"key_pair", forecast.makes_key_pair},
        {"security_group", forecast.makes_security_group},
        {"volumes", std::move(volumes)},
        {"amis", std::move(amis)},
        {"assumed_minutes", forecast.assumed.count()},
        {"once", costs_json(forecast.once)},
        {"monthly", costs_json(forecast.monthly)}};
}

}  // namespace kiln::cli
