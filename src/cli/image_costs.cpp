#include "image/image_costs.hpp"

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "execute/aws/prices.hpp"
#include "publish/snapshot_map.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using image::Certainty;
using image::CostGroup;
using image::CostGrouping;
using nlohmann::ordered_json;

/// What was sent to the EBS direct APIs, by the maps of what this host has published: the blocks in
/// which a map differs from its parent's, those that became zeros among them.
std::optional<std::int64_t> blocks_by_maps(
    publish::MapStore& maps, const aws::ec2::Snapshot& snapshot, const aws::ec2::Snapshot* parent
) {
    const auto map_of = [&](const aws::ec2::Snapshot& one) {
        const std::string digest = image::tag_of(one.tags, {publish::kMapTag});
        return digest.empty() ? std::nullopt : maps.load(one.id, digest);
    };
    const auto own = map_of(snapshot);
    if (!own) {
        return std::nullopt;
    }
    if (parent == nullptr) {
        return static_cast<std::int64_t>(own->blocks.size());
    }
    const auto before = map_of(*parent);
    if (!before) {
        return std::nullopt;
    }
    const auto differs = [](const publish::SnapshotMap& other) {
        return [&other](const publish::MappedBlock& block) {
            const disk::BlockDigest* digest = other.find(block.index);
            return digest == nullptr || *digest != block.digest;
        };
    };
    const auto changed = std::count_if(own->blocks.begin(), own->blocks.end(), differs(*before));
    const auto zeroed = std::count_if(
        before->blocks.begin(),
        before->blocks.end(),
        [&](const publish::MappedBlock& block) { return own->find(block.index) == nullptr; }
    );
    return static_cast<std::int64_t>(changed + zeroed);
}

const char* first_title(CostGrouping::Kind kind) {
    switch (kind) {
        case CostGrouping::Kind::image:
            return "name";
        case CostGrouping::Kind::lineage:
            return "lineage";
        case CostGrouping::Kind::region:
            return "region";
        case CostGrouping::Kind::tag:
            return "value";
    }
    return "";
}

report::Table cost_table(const std::vector<CostGroup>& groups, CostGrouping::Kind kind) {
    const bool is_by_image = kind == CostGrouping::Kind::image;
    report::Table table;
    table.columns = {{first_title(kind)}};
    if (is_by_image) {
        table.columns.insert(table.columns.end(), {{"ami"}, {"region"}});
    } else {
        table.columns.push_back({"amis", true, 3});
    }
    table.columns.insert(
        table.columns.end(),
        {{"snapshots", true, 2},
         {"shared", true, 4},
         {"GiB", true},
         {"full GiB", true, 1},
         {"USD a month", true},
         {"figure"}}
    );
    for (const CostGroup& group : groups) {
        std::vector<std::string> row = {group.name};
        if (is_by_image) {
            row.insert(row.end(), {group.image_id, group.region});
        } else {
            row.push_back(std::to_string(group.images));
        }
        row.insert(
            row.end(),
            {std::to_string(group.snapshots),
             group.shared > 0 ? std::to_string(group.shared) : "",
             fmt::format("{:.2f}", group.gib),
             fmt::format("{:.2f}", group.full_gib),
             fmt::format("{:.2f}", group.dollars),
             to_string(group.certainty)}
        );
        table.rows.push_back(std::move(row));
    }
    return table;
}

ordered_json group_json(const CostGroup& group) {
    return {
        {"name", group.name},
        {"id", text_or_null(group.image_id)},
        {"region", text_or_null(group.region)},
        {"images", group.images},
        {"snapshots", group.snapshots},
        {"shared_snapshots", group.shared},
        {"gib", group.gib},
        {"full_gib", group.full_gib},
        {"dollars_a_month", group.dollars},
        {"dollars_a_month_by_full_size", group.full_dollars},
        {"figure", to_string(group.certainty)}};
}

ordered_json snapshot_cost_json(const image::SnapshotCost& cost) {
    ordered_json images = ordered_json::array();
    for (const aws::ec2::Image* one : cost.images) {
        images.push_back(one->id);
    }
    return {
        {"id", cost.snapshot->id},
        {"region", cost.region},
        {"images", images},
        {"gib", cost.stored.gib},
        {"full_gib", cost.full_gib},
        {"blocks_figure", to_string(cost.stored.certainty)},
        {"why", cost.stored.why},
        {"compared_to", text_or_null(cost.stored.compared_to)},
        {"dollars_a_month", cost.dollars},
        {"figure", to_string(cost.certainty)}};
}

class ImageCostsCommand : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.option("by", "image|lineage|region|tag:KEY", by_);
        table_.declare(line);
    }

    ExitCode run(Session& session) override {
        table_.check();
        const CostGrouping grouping = image::parse_cost_grouping(by_);
        ImageAccess access(session, access_);
        image::CostFacts facts;
        facts.inventory = &access.inventory();
        facts.is_all = words_.empty();
        facts.images =
            facts.is_all ? image::all_images(*facts.inventory) : access.find_images(words_);
        const image::BlockCounts counts = count(session, access, facts);
        facts.stored = counts.stored;
        exec::Prices prices(access.aws().client(), access.stop());
        for (const image::Place& place : image::snapshots_to_count(facts)) {
            if (!facts.prices.contains(place.region)) {
                facts.prices[place.region] = {
                    prices.snapshot_month(place.region).value_or(exec::Price{}),
                    prices.archived_snapshot_month(place.region).value_or(exec::Price{})};
            }
        }
        const std::vector<image::SnapshotCost> costs = image::snapshot_costs(facts);
        const std::vector<CostGroup> groups = image::group_costs(facts, costs, grouping);
        const std::string notes = notes_text(facts, costs, groups, counts, prices.listed_on());
        print_table(
            session,
            table_,
            [&] { return cost_table(groups, grouping.kind); },
            [&] {
                return document(access.account(), facts, costs, groups, counts, prices.listed_on());
            },
            "Account " + access.account() + " has no snapshot there."
        );
        if (!groups.empty() && !table_.json) {
            // Programs that read the table shall not find sentences in it.
            if (table_.csv || table_.markdown) {
                print_message(session, notes);
            } else {
                print_result(session, "\n" + notes);
            }
        }
        return access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    static image::BlockCounts count(
        Session& session, ImageAccess& access, const image::CostFacts& facts
    ) {
        publish::MapStore maps(
            session.files, sys::kiln_directories(session.environment).state / "publish" / "maps"
        );
        return image::count_stored_blocks(
            access.aws(),
            *facts.inventory,
            image::snapshots_to_count(facts),
            [&](const aws::ec2::Snapshot& snapshot, const aws::ec2::Snapshot* parent) {
                return blocks_by_maps(maps, snapshot, parent);
            },
            access.stop()
        );
    }

    static std::string price_text(const image::CostFacts& facts, const std::string& listed_on) {
        std::string listed;
        std::string built_in;
        for (const auto& [region, price] : facts.prices) {
            std::string& list = price.standard.is_listed ? listed : built_in;
            list += fmt::format(
                "{}{} {:.4g}", list.empty() ? "" : ", ", region, price.standard.dollars
            );
        }
        std::string text;
        if (!listed.empty()) {
            text += fmt::format(
                "Prices of a GiB and a month, by the AWS price list{}: {}.\n",
                listed_on.empty() ? "" : " of " + listed_on,
                listed
            );
        }
        if (!built_in.empty()) {
            text += fmt::format(
                "Prices of kiln's own table ({}, of {}), an estimate as the price list did not "
                "tell: {}.\n",
                exec::kBuiltInPriceRegion,
                exec::kBuiltInPriceDate,
                built_in
            );
        }
        return text;
    }

    static std::string notes_text(
        const image::CostFacts& facts,
        const std::vector<image::SnapshotCost>& costs,
        const std::vector<CostGroup>& groups,
        const image::BlockCounts& counts,
        const std::string& listed_on
    ) {
        const CostGroup total = image::total_of(groups);
        std::string text = fmt::format(
            "Together {:.2f} USD a month for {:.2f} GiB ({}); by full sizes it would be {:.2f} "
            "USD.\n",
            total.dollars,
            total.gib,
            to_string(total.certainty),
            total.full_dollars
        );
        std::map<std::string, std::size_t> reasons;
        for (const image::SnapshotCost& cost : costs) {
            if (cost.stored.certainty == Certainty::at_most) {
                ++reasons[cost.stored.why];
            }
        }
        for (const auto& [why, number] : reasons) {
            text +=
                fmt::format("At most, {} snapshot{}: {}.\n", number, number == 1 ? "" : "s", why);
        }
        for (const image::RegionProblem& problem : counts.problems) {
            text += fmt::format(
                "{}: {} (kiln policy -images look has what is needed)\n",
                problem.region,
                problem.text
            );
        }
        return text + price_text(facts, listed_on);
    }

    ordered_json document(
        const std::string& account,
        const image::CostFacts& facts,
        const std::vector<image::SnapshotCost>& costs,
        const std::vector<CostGroup>& groups,
        const image::BlockCounts& counts,
        const std::string& listed_on
    ) const {
        ordered_json rows = ordered_json::array();
        for (const CostGroup& group : groups) {
            rows.push_back(group_json(group));
        }
        ordered_json snapshots = ordered_json::array();
        for (const image::SnapshotCost& cost : costs) {
            snapshots.push_back(snapshot_cost_json(cost));
        }
        ordered_json prices = ordered_json::array();
        for (const auto& [region, price] : facts.prices) {
            const bool is_listed = price.standard.is_listed;
            prices.push_back(
                {{"region", region},
                 {"dollars_a_gib_month", price.standard.dollars},
                 {"archive_dollars_a_gib_month", price.archive.dollars},
                 {"source", is_listed ? "price list" : "built-in table"},
                 {"of", is_listed ? text_or_null(listed_on) : exec::kBuiltInPriceDate},
                 {"of_region", is_listed ? region : exec::kBuiltInPriceRegion}}
            );
        }
        ordered_json problems = ordered_json::array();
        for (const image::RegionProblem& problem : counts.problems) {
            problems.push_back({{"region", problem.region}, {"text", problem.text}});
        }
        ordered_json total = group_json(image::total_of(groups));
        for (const char* member : {"name", "id", "region", "shared_snapshots"}) {
            total.erase(member);
        }
        return {
            {"account", account},
            {"by", by_},
            {"groups", rows},
            {"total", total},
            {"snapshots", snapshots},
            {"prices", prices},
            {"problems", problems}};
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    std::string by_ = "image";
    TableOptions table_;
};

}  // namespace

std::unique_ptr<Command> make_image_costs() {
    return std::make_unique<ImageCostsCommand>();
}

}  // namespace kiln::cli
