#include "image/perform_removal.hpp"

#include "aws/ec2/recycle_bin.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/removal_remains.hpp"
#include "image/in_parallel.hpp"

#include <algorithm>
#include <mutex>
#include <set>

namespace kiln::image {

namespace {

namespace ec2 = aws::ec2;

/// What goes in one region.
struct RegionRemoval {
    std::string region;
    struct Going {
        std::string id;
        std::vector<std::string> snapshots;  ///< of its mapping, whether they go or not
    };
    std::vector<Going> images;
    std::vector<std::string> snapshots;
};

std::vector<RegionRemoval> by_region(const RemovalPlan& plan) {
    std::map<std::string, RegionRemoval> regions;
    for (const ImageFate& fate : plan.fates) {
        if (!fate.is_deregistered) {
            continue;
        }
        RegionRemoval& removal = regions[fate.own.region];
        removal.region = fate.own.region;
        removal.images.push_back({fate.own.image->id, fate.own.image->snapshot_ids()});
        for (const SnapshotFate& snapshot : fate.snapshots) {
            if (snapshot.is_deleted) {
                removal.snapshots.push_back(snapshot.id);
            }
        }
    }
    std::vector<RegionRemoval> list;
    for (auto& [name, removal] : regions) {
        list.push_back(std::move(removal));
    }
    return list;
}

class RegionRemover {
public:
    RegionRemover(const RemovalDoor& door, const RegionRemoval& removal, std::stop_token stop)
        : door_(door),
          removal_(removal),
          region_(door.session.ec2(removal.region)),
          stop_(std::move(stop)) {}

    std::vector<RemovalStep> run() {
        exec::JournalEntry entry(
            door_.journal, exec::ResourceKind::aws_removal, exec::to_string(as_journaled())
        );
        for (const RegionRemoval::Going& image : removal_.images) {
            const bool is_gone =
                attempt("AMI", image.id, [&] { ec2::deregister_image(region_, image.id, stop_); });
            if (!is_gone) {
                held_.insert(image.snapshots.begin(), image.snapshots.end());
            }
        }
        bool all_gone = true;
        for (const std::string& id : removal_.snapshots) {
            if (held_.contains(id)) {
                steps_.push_back({removal_.region, "snapshot", id, "its AMI is still there", ""});
            } else {
                all_gone =
                    attempt("snapshot", id, [&] { ec2::delete_snapshot(region_, id, stop_); }) &&
                    all_gone;
            }
        }
        if (all_gone && !is_unsure_) {
            entry.release();
        }
        look_into_bin();
        return std::move(steps_);
    }

private:
    exec::AwsRemoval as_journaled() const {
        exec::AwsRemoval journaled{
            door_.account, removal_.region, {}, removal_.snapshots, door_.profile};
        for (const RegionRemoval::Going& image : removal_.images) {
            journaled.images.push_back(image.id);
        }
        return journaled;
    }

    template <class Remove>
    bool attempt(const std::string& kind, const std::string& id, const Remove& remove) {
        RemovalStep step{removal_.region, kind, id, "", ""};
        try {
            remove();
        } catch (const Error& error) {
            step.problem = error.message();
            // Where the answer was lost the AMI may be gone all the same, and its snapshots not.
            is_unsure_ = is_unsure_ || error.kind() != ErrorKind::permission;
        }
        steps_.push_back(step);
        return step.problem.empty();
    }

    /// Whether what was deleted can come back. Who may not look is told nothing.
    void look_into_bin() {
        std::map<std::string, std::string> leaves;
        try {
            for (const auto& thing : ec2::binned_images(region_, stop_)) {
                leaves[thing.id] = thing.leaves;
            }
            for (const auto& thing : ec2::binned_snapshots(region_, stop_)) {
                leaves[thing.id] = thing.leaves;
            }
        } catch (const Error&) {
            return;
        }
        for (RemovalStep& step : steps_) {
            if (const auto found = leaves.find(step.id); found != leaves.end()) {
                step.kept_until = found->second;
            }
        }
    }

    const RemovalDoor& door_;
    const RegionRemoval& removal_;
    ec2::Region region_;
    std::stop_token stop_;
    std::set<std::string> held_;  ///< snapshots of images that could not be deregistered
    bool is_unsure_ = false;      ///< a call may have had an effect though it failed
    std::vector<RemovalStep> steps_;
};

std::vector<RemovalStep> remove_all(
    const RemovalDoor& door, const std::vector<RegionRemoval>& regions, const std::stop_token& stop
) {
    std::vector<std::vector<RemovalStep>> done(regions.size());
    in_parallel(regions.size(), [&](std::size_t i) {
        done[i] = RegionRemover(door, regions[i], stop).run();
    });
    std::vector<RemovalStep> steps;
    for (const auto& of_region : done) {
        steps.insert(steps.end(), of_region.begin(), of_region.end());
    }
    return steps;
}

/// Brings one image back; its snapshots first, or it could not be whole.
Restored restore_one(
    const ec2::Region& region,
    const std::string& id,
    std::vector<std::string> known_snapshots,
    const std::set<std::string>& binned,
    const std::stop_token& stop
) {
    Restored restored{{region.name(), id}, {}, ""};
    const auto bring_back = [&](const std::vector<std::string>& ids) {
        for (const std::string& snapshot : ids) {
            const auto& done = restored.snapshots;
            if (binned.contains(snapshot) &&
                std::find(done.begin(), done.end(), snapshot) == done.end()) {
                ec2::restore_snapshot(region, snapshot, stop);
                restored.snapshots.push_back(snapshot);
            }
        }
    };
    try {
        bring_back(known_snapshots);
        ec2::restore_image(region, id, stop);
        for (const ec2::Image& image :
             ec2::describe_images(region, {.ids = {id}, .include_disabled = true}, stop)) {
            bring_back(image.snapshot_ids());
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        restored.problem = error.message();
    }
    return restored;
}

}  // namespace

std::vector<RemovalStep> perform_removal(
    const RemovalDoor& door, const RemovalPlan& plan, std::stop_token stop
) {
    return remove_all(door, by_region(plan), stop);
}

std::vector<RemovalStep> perform_snapshot_removal(
    const RemovalDoor& door, const std::vector<SnapshotRemoval>& removals, std::stop_token stop
) {
    std::map<std::string, RegionRemoval> regions;
    for (const SnapshotRemoval& one : removals) {
        if (one.fate.is_deleted) {
            regions[one.region].region = one.region;
            regions[one.region].snapshots.push_back(one.fate.id);
        }
    }
    std::vector<RegionRemoval> list;
    for (auto& [name, removal] : regions) {
        list.push_back(std::move(removal));
    }
    return remove_all(door, list, stop);
}

std::vector<Restored> restore_images(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    const std::vector<std::string>& words,
    const std::map<Place, std::vector<std::string>>& remembered,
    std::stop_token stop
) {
    struct Bin {
        std::vector<ec2::BinnedThing> images;
        std::set<std::string> snapshots;
    };
    std::vector<Bin> bins(regions.size());
    in_parallel(regions.size(), [&](std::size_t i) {
        const ec2::Region region = session.ec2(regions[i]);
        bins[i].images = ec2::binned_images(region, stop);
        for (const auto& thing : ec2::binned_snapshots(region, stop)) {
            bins[i].snapshots.insert(thing.id);
        }
    });
    std::vector<std::pair<std::size_t, std::string>> wanted;  // index of the region, id
    for (const std::string& word : words) {
        const std::size_t before = wanted.size();
        for (std::size_t i = 0; i < regions.size(); ++i) {
            for (const ec2::BinnedThing& thing : bins[i].images) {
                if (thing.id == word || thing.name == word) {
                    wanted.emplace_back(i, thing.id);
                }
            }
        }
        if (wanted.size() == before) {
            throw Error(
                ErrorKind::not_found, "no Recycle Bin has an AMI \"" + word + "\" of this account"
            )
                .set_hint(
                    "AMIs come there by a retention rule that was made before they were removed; "
                    "without one, or when its days are over, they are gone for good"
                );
        }
    }
    std::vector<Restored> restored;
    for (const auto& [i, id] : wanted) {
        const auto known = remembered.find({regions[i], id});
        restored.push_back(restore_one(
            session.ec2(regions[i]),
            id,
            known == remembered.end() ? std::vector<std::string>{} : known->second,
            bins[i].snapshots,
            stop
        ));
    }
    return restored;
}

}  // namespace kiln::image
