#pragma once

#include "aws/client.hpp"
#include "execute/cost.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// The built-in table: of which region its prices are, and of when.
constexpr const char* kBuiltInPriceRegion = "us-east-1";
constexpr const char* kBuiltInPriceDate = "2025";

/// What EC2 asks for what a build uses, on demand, for Linux. Where the price list does not answer,
/// or may not be asked, a table of us-east-1 takes its place.
class Prices {
public:
    Prices(aws::Client& client, std::stop_token stop) : client_(client), stop_(std::move(stop)) {}

    /// From now on the built-in table tells all that is not known yet.
    void stop_asking() { is_silent_ = true; }

    /// An instance for an hour; nothing for a type that neither knows.
    std::optional<Price> instance_hour(const std::string& type, const std::string& region);
    /// A GiB of a volume for a month (730 hours), without extra IOPS and throughput.
    std::optional<Price> volume_month(const std::string& type, const std::string& region);
    /// A GiB in a snapshot, standard tier, for a month.
    std::optional<Price> snapshot_month(const std::string& region);
    /// The same in the archive tier.
    std::optional<Price> archived_snapshot_month(const std::string& region);
    /// "2026-11-01": of the newest price list that told one; "" as long as none did.
    const std::string& listed_on() const { return listed_on_; }
    /// A public IPv4 address for an hour, the same everywhere.
    static Price public_address_hour();

private:
    /// Asks once for each; what is not listed has the price `built_in`.
    std::optional<Price> price(
        const std::map<std::string, std::string>& attributes,
        const std::string& usage_type_end,
        std::optional<double> built_in
    );

    aws::Client& client_;
    std::stop_token stop_;
    bool is_silent_ = false;  ///< the price list did not answer once: it is not asked again
    std::string listed_on_;
    std::map<std::string, std::optional<Price>> known_;
};

/// Of the built-in table: an hour of an instance in us-east-1. Nothing for families that it has
/// not, and for metal. Sizes of a family cost in proportion to their CPUs.
std::optional<double> built_in_instance_hour(const std::string& type);

}  // namespace kiln::exec
