#include "execute/aws/prices.hpp"

#include "aws/pricing.hpp"
#include "base/error.hpp"
#include "execute/stop.hpp"

#include <algorithm>
#include <charconv>

namespace kiln::exec {

namespace {

// List prices of us-east-1 in US dollars, Linux, on demand (aws.amazon.com/ec2/pricing/on-demand,
// /ebs/pricing, /vpc/pricing; as of 2025). An hour of the size "large".
const std::map<std::string, double>& large_by_family() {
    static const std::map<std::string, double> table = {
        {"t2", 0.0928},   {"t3", 0.0832},   {"t3a", 0.0752}, {"t4g", 0.0672},   {"m5", 0.096},
        {"m5a", 0.086},   {"m5d", 0.113},   {"m5n", 0.119},  {"m5dn", 0.136},   {"m5zn", 0.1652},
        {"m6a", 0.0864},  {"m6g", 0.077},   {"m6i", 0.096},  {"m6in", 0.13937}, {"m7a", 0.11592},
        {"m7g", 0.0816},  {"m7i", 0.1008},  {"c5", 0.085},   {"c5a", 0.077},    {"c5d", 0.096},
        {"c5n", 0.108},   {"c6a", 0.0765},  {"c6g", 0.068},  {"c6gn", 0.0864},  {"c6i", 0.085},
        {"c6in", 0.1134}, {"c7a", 0.10264}, {"c7g", 0.0725}, {"c7gn", 0.1248},  {"c7i", 0.08925},
        {"r5", 0.126},    {"r5n", 0.149},   {"r6g", 0.1008}, {"r6i", 0.126},    {"r7g", 0.1071},
        {"r7i", 0.1323},
    };
    return table;
}

const std::map<std::string, double>& volume_month_by_type() {
    static const std::map<std::string, double> table = {
        {"gp3", 0.08},
        {"gp2", 0.10},
        {"io1", 0.125},
        {"io2", 0.125},
        {"st1", 0.045},
        {"sc1", 0.015},
        {"standard", 0.05},
    };
    return table;
}

constexpr double kSnapshotMonth = 0.05;
constexpr double kArchivedSnapshotMonth = 0.0125;
constexpr double kPublicAddressHour = 0.005;

/// How many "large" a size is; nothing for one that says no number: "metal".
std::optional<double> larges_in(const std::string& size) {
    static const std::map<std::string, double> small = {
        {"nano", 1.0 / 16},
        {"micro", 1.0 / 8},
        {"small", 1.0 / 4},
        {"medium", 1.0 / 2},
        {"large", 1},
        {"xlarge", 2},
    };
    if (const auto found = small.find(size); found != small.end()) {
        return found->second;
    }
    int times = 0;
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), times);
    if (error != std::errc() || std::string(end) != "xlarge") {
        return std::nullopt;
    }
    return 2.0 * times;
}

std::optional<double> find(const std::map<std::string, double>& table, const std::string& name) {
    const auto found = table.find(name);
    return found == table.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<double> built_in_instance_hour(const std::string& type) {
    const std::size_t dot = type.find('.');
    const std::optional<double> large = find(large_by_family(), type.substr(0, dot));
    const std::optional<double> count =
        dot == std::string::npos ? std::nullopt : larges_in(type.substr(dot + 1));
    return large && count ? std::optional(*large * *count) : std::nullopt;
}

std::optional<Price> Prices::instance_hour(const std::string& type, const std::string& region) {
    return price(
        {{"instanceType", type},
         {"regionCode", region},
         {"operatingSystem", "Linux"},
         {"tenancy", "Shared"},
         {"preInstalledSw", "NA"},
         {"capacitystatus", "Used"}},
        "BoxUsage:" + type,
        built_in_instance_hour(type)
    );
}

std::optional<Price> Prices::volume_month(const std::string& type, const std::string& region) {
    return price(
        {{"productFamily", "Storage"}, {"volumeApiName", type}, {"regionCode", region}},
        "",
        find(volume_month_by_type(), type)
    );
}

std::optional<Price> Prices::snapshot_month(const std::string& region) {
    return price(
        {{"productFamily", "Storage Snapshot"}, {"regionCode", region}},
        "EBS:SnapshotUsage",
        kSnapshotMonth
    );
}

std::optional<Price> Prices::archived_snapshot_month(const std::string& region) {
    return price(
        {{"productFamily", "Storage Snapshot"}, {"regionCode", region}},
        "EBS:SnapshotArchiveStorage",
        kArchivedSnapshotMonth
    );
}

Price Prices::public_address_hour() {
    return {kPublicAddressHour, false};
}

std::optional<Price> Prices::price(
    const std::map<std::string, std::string>& attributes,
    const std::string& usage_type_end,
    std::optional<double> built_in
) {
    std::string key = usage_type_end;
    for (const auto& [field, value] : attributes) {
        key += "\n" + field + "=" + value;
    }
    if (const auto found = known_.find(key); found != known_.end()) {
        return found->second;
    }
    std::optional<Price> answer;
    if (!is_silent_) {
        try {
            if (const auto listed =
                    aws::on_demand_price(client_, {attributes, usage_type_end}, stop_)) {
                answer = Price{listed->dollars, true};
                listed_on_ = std::max(listed_on_, listed->published);
            }
        } catch (const Error&) {
            throw_if_stopped(stop_);
            is_silent_ = true;  // no permission, or no way to it: the table does
        }
    }
    if (!answer && built_in) {
        answer = Price{*built_in, false};
    }
    known_.emplace(std::move(key), answer);
    return answer;
}

}  // namespace kiln::exec
