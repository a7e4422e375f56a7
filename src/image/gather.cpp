#include "image/gather.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/prices.hpp"
#include "image/in_parallel.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>

namespace kiln::image {

namespace {

namespace ec2 = aws::ec2;

// Of one answer. EC2 gives a thousand at most, which are some 10 MB once they are read, and several
// regions answer at once.
constexpr int kPage = 500;
// Values of one filter (EC2 API Reference, "Filtering": 200).
constexpr std::size_t kFilterValues = 200;

RegionHoldings holdings_of(
    exec::AwsSession& session,
    const std::string& region,
    Listing listing,
    const std::stop_token& stop
) {
    const ec2::Region there = session.ec2(region);
    RegionHoldings holdings{.region = region};
    holdings.images = ec2::describe_images(
        there,
        {.owners = {"self"},
         .include_deprecated = true,
         .include_disabled = true,
         .page_size = kPage},
        stop
    );
    std::sort(holdings.images.begin(), holdings.images.end(), [](const auto& a, const auto& b) {
        return std::tie(a.creation_date, a.name, a.id) < std::tie(b.creation_date, b.name, b.id);
    });
    if (listing == Listing::images) {
        return holdings;
    }
    holdings.snapshots = ec2::describe_snapshots(there, {}, stop, kPage);
    std::sort(
        holdings.snapshots.begin(),
        holdings.snapshots.end(),
        [](const auto& a, const auto& b) {
            return std::tie(a.start_time, a.id) < std::tie(b.start_time, b.id);
        }
    );
    return holdings;
}

/// Does one look; a failure is one line of `unknown`, and the other looks go on.
template <class Look>
void look_or_tell(UseFacts& facts, const std::string& kind, const Look& look) {
    try {
        look();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        facts.unknown.push_back(kind + ": " + error.message());
    }
}

/// What one region adds to the facts of a removal.
struct RegionFacts {
    std::vector<ImageUse> uses;
    std::vector<RegionProblem> unseen;
    std::map<Place, ec2::LaunchPermissions> image_shares;
    std::map<Place, std::vector<std::string>> snapshot_shares;
    std::map<Place, std::string> locks;
};

RegionFacts facts_of_region(
    exec::AwsSession& session,
    const std::string& region,
    const std::set<std::string>& images,
    const std::set<std::string>& snapshots,
    const std::stop_token& stop
) {
    RegionFacts facts;
    const ec2::Region there = session.ec2(region);
    UseFacts uses;
    if (!images.empty()) {
        uses = gather_uses(session, region, images, stop);
        facts.uses = uses_of(uses, images);
    }
    for (const std::string& id : images) {
        look_or_tell(uses, "shares of " + id, [&] {
            facts.image_shares[{region, id}] = ec2::launch_permissions(there, id, stop);
        });
    }
    for (const std::string& id : snapshots) {
        look_or_tell(uses, "shares of " + id, [&] {
            facts.snapshot_shares[{region, id}] = ec2::snapshot_permissions(there, id, stop);
        });
    }
    // Without the permission to look, EC2 itself refuses to delete one that is locked.
    UseFacts unheard;
    look_or_tell(unheard, "locks", [&] {
        const std::vector<std::string> ids(snapshots.begin(), snapshots.end());
        for (const auto& [id, lock] : ec2::locked_snapshots(there, ids, stop)) {
            facts.locks[{region, id}] = lock;
        }
    });
    for (const std::string& text : uses.unknown) {
        facts.unseen.push_back({region, text});
    }
    return facts;
}

}  // namespace

std::vector<std::string> regions_to_look_at(
    exec::AwsSession& session, const std::vector<std::string>& wanted, std::stop_token stop
) {
    std::vector<std::string> there = ec2::describe_regions(session.ec2(), std::move(stop));
    std::sort(there.begin(), there.end());
    if (wanted.empty()) {
        return there;
    }
    std::vector<std::string> chosen;
    for (const std::string& region : wanted) {
        if (std::find(there.begin(), there.end(), region) == there.end()) {
            Error error(ErrorKind::not_found, "the account may not use region \"" + region + "\"");
            const std::string meant = did_you_mean_hint(region, there);
            throw error.set_hint(meant.empty() ? "it may use " + join(there, ", ") : meant);
        }
        if (std::find(chosen.begin(), chosen.end(), region) == chosen.end()) {
            chosen.push_back(region);
        }
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

Inventory take_inventory(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    Listing listing,
    std::stop_token stop
) {
    Inventory inventory;
    inventory.account = session.identity(stop).account;
    std::mutex mutex;
    in_parallel(regions.size(), [&](std::size_t i) {
        try {
            RegionHoldings holdings = holdings_of(session, regions[i], listing, stop);
            const std::lock_guard lock(mutex);
            inventory.regions.push_back(std::move(holdings));
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) {
                throw;
            }
            const std::lock_guard lock(mutex);
            inventory.problems.push_back({regions[i], error.message()});
        }
    });
    const auto by_region = [](const auto& a, const auto& b) { return a.region < b.region; };
    std::sort(inventory.regions.begin(), inventory.regions.end(), by_region);
    std::sort(inventory.problems.begin(), inventory.problems.end(), by_region);
    return inventory;
}

UseFacts gather_uses(
    exec::AwsSession& session,
    const std::string& region,
    const std::set<std::string>& image_ids,
    std::stop_token stop
) {
    const ec2::Region there = session.ec2(region);
    UseFacts facts{.region = region};
    look_or_tell(facts, "instances", [&] {
        const std::vector<std::string> ids(image_ids.begin(), image_ids.end());
        for (std::size_t at = 0; at < ids.size(); at += kFilterValues) {
            const std::vector<std::string> some(
                ids.begin() + static_cast<std::ptrdiff_t>(at),
                ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + kFilterValues, ids.size()))
            );
            const auto found =
                ec2::describe_instances(there, {.ids = {}, .filters = {{"image-id", some}}}, stop);
            facts.instances.insert(facts.instances.end(), found.begin(), found.end());
        }
    });
    look_or_tell(facts, "launch templates", [&] {
        for (const std::string& id : ec2::describe_launch_templates(there, {}, stop)) {
            const auto versions = ec2::launch_template_versions(there, id, stop);
            facts.template_versions.insert(
                facts.template_versions.end(), versions.begin(), versions.end()
            );
        }
    });
    look_or_tell(facts, "Auto Scaling groups", [&] {
        facts.groups = aws::scaling_groups(session.client(), region, stop);
    });
    look_or_tell(facts, "launch configurations", [&] {
        facts.launch_configurations = aws::launch_configurations(session.client(), region, stop);
    });
    look_or_tell(facts, "SSM parameters", [&] {
        facts.parameters = aws::list_parameters(session.client(), region, stop);
    });
    return facts;
}

RemovalFacts gather_removal_facts(
    exec::AwsSession& session,
    const Inventory& inventory,
    const std::vector<OwnImage>& images,
    const std::vector<Place>& snapshots,
    std::stop_token stop
) {
    RemovalFacts facts;
    facts.inventory = &inventory;
    facts.images = images;
    std::map<std::string, std::set<std::string>> images_in;
    std::map<std::string, std::set<std::string>> snapshots_in;
    for (const OwnImage& own : images) {
        images_in[own.region].insert(own.image->id);
        for (const std::string& id : own.image->snapshot_ids()) {
            snapshots_in[own.region].insert(id);
        }
    }
    for (const Place& place : snapshots) {
        snapshots_in[place.region].insert(place.id);
    }
    for (const auto& [region, ids] : images_in) {
        snapshots_in[region];  // of one whose devices have none
    }
    std::vector<std::string> regions;
    for (const auto& [region, ids] : snapshots_in) {
        regions.push_back(region);
        images_in[region];
    }
    std::mutex mutex;
    in_parallel(regions.size(), [&](std::size_t i) {
        const std::string& region = regions[i];
        RegionFacts found =
            facts_of_region(session, region, images_in.at(region), snapshots_in.at(region), stop);
        const std::lock_guard lock(mutex);
        facts.uses.insert(facts.uses.end(), found.uses.begin(), found.uses.end());
        facts.unseen_uses.insert(facts.unseen_uses.end(), found.unseen.begin(), found.unseen.end());
        facts.image_shares.merge(found.image_shares);
        facts.snapshot_shares.merge(found.snapshot_shares);
        facts.locks.merge(found.locks);
    });
    exec::Prices prices(session.client(), stop);
    for (const std::string& region : regions) {
        if (const auto price = prices.snapshot_month(region)) {
            facts.price_of_gib[region] = price->dollars;
        }
    }
    return facts;
}

}  // namespace kiln::image
