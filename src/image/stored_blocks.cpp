#include "image/stored_blocks.hpp"

#include "aws/ebs_direct.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "image/in_parallel.hpp"
#include "image/removal.hpp"

#include <mutex>
#include <utility>
#include <variant>

namespace kiln::image {

namespace {

using aws::ServiceError;
using aws::ec2::Snapshot;
using Count = std::variant<std::int64_t, ServiceError>;

double gib_of_blocks(std::int64_t blocks) {
    return static_cast<double>(blocks) * static_cast<double>(aws::ebs::kBlockBytes) / kGiB;
}

std::string blocks_words(std::int64_t blocks) {
    return std::to_string(blocks) + (blocks == 1 ? " block" : " blocks");
}

/// Asks EBS, and what it refuses once for want of a permission it is not asked again in that
/// region.
class BlockCounter {
public:
    BlockCounter(exec::AwsSession& session, const KnownBlocks& known, std::stop_token stop)
        : session_(session), known_(known), stop_(std::move(stop)) {}

    StoredBlocks count(
        const std::string& region,
        const Snapshot& snapshot,
        const std::vector<const Snapshot*>& before
    ) {
        if (snapshot.state != "completed") {
            return at_most(snapshot, "it is " + snapshot.state);
        }
        if (snapshot.tier == "archive") {
            StoredBlocks whole = at_most(snapshot, "it is archived, which stores all of it");
            whole.certainty = snapshot.full_bytes > 0 ? Certainty::exact : Certainty::at_most;
            return whole;
        }
        if (const auto told = by_own_maps(snapshot, before)) {
            return *told;
        }
        for (const Snapshot* other : before) {
            const Count changed = ask(region, "ListChangedBlocks", [&] {
                return aws::ebs::count_changed_blocks(
                    session_.client(), region, other->id, snapshot.id, stop_
                );
            });
            if (const auto* blocks = std::get_if<std::int64_t>(&changed)) {
                return {
                    gib_of_blocks(*blocks),
                    Certainty::exact,
                    blocks_words(*blocks) + " that " + other->id + " has not",
                    other->id};
            }
            const auto& error = std::get<ServiceError>(changed);
            if (error.reason != aws::ebs::kUnrelated) {
                return whole_of(region, snapshot, error.code + " of ListChangedBlocks");
            }
        }
        return whole_of(region, snapshot, "");
    }

    std::vector<RegionProblem> problems() const {
        std::vector<RegionProblem> all;
        for (const auto& [key, error] : refused_) {
            all.push_back({key.first, aws::to_error(error, key.second).message()});
        }
        return all;
    }

private:
    static StoredBlocks at_most(const Snapshot& snapshot, const std::string& why) {
        return {gib_of(snapshot), Certainty::at_most, why, ""};
    }

    /// What was put is known where the map of the snapshot is this host's, and that of its parent,
    /// which is there. Of one whose parent is gone, the parent's blocks are its own by now.
    std::optional<StoredBlocks> by_own_maps(
        const Snapshot& snapshot, const std::vector<const Snapshot*>& before
    ) const {
        const std::string parent_id = tag_of(snapshot.tags, {"kiln:parent-snapshot"});
        const Snapshot* parent = nullptr;
        if (!parent_id.empty()) {
            if (before.empty() || before.front()->id != parent_id) {
                return std::nullopt;
            }
            parent = before.front();
        }
        const std::optional<std::int64_t> blocks = known_(snapshot, parent);
        if (!blocks) {
            return std::nullopt;
        }
        return StoredBlocks{
            gib_of_blocks(*blocks),
            Certainty::exact,
            blocks_words(*blocks) + " by this host's map" + (parent ? ", over " + parent_id : ""),
            parent_id};
    }

    /// All blocks that it has; `why_not` the others were not told apart.
    StoredBlocks whole_of(
        const std::string& region, const Snapshot& snapshot, const std::string& why_not
    ) {
        const Count all = ask(region, "ListSnapshotBlocks", [&] {
            return aws::ebs::count_blocks(session_.client(), region, snapshot.id, stop_);
        });
        if (const auto* blocks = std::get_if<std::int64_t>(&all)) {
            return {
                gib_of_blocks(*blocks),
                why_not.empty() ? Certainty::exact : Certainty::at_most,
                why_not.empty() ? blocks_words(*blocks) + ", shared with none before it"
                                : "all of its " + blocks_words(*blocks) + ": " + why_not,
                ""};
        }
        return at_most(
            snapshot,
            "its full size: " + std::get<ServiceError>(all).code + " of ListSnapshotBlocks"
        );
    }

    template <class Ask>
    Count ask(const std::string& region, const char* action, const Ask& work) {
        const std::pair<std::string, std::string> key{region, action};
        {
            const std::lock_guard lock(mutex_);
            if (const auto found = refused_.find(key); found != refused_.end()) {
                return found->second;
            }
        }
        Count count = std::int64_t{0};
        try {
            count = work();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) {
                throw;
            }
            ServiceError unread;  // an answer that is none
            unread.code = "no answer";
            unread.message = error.message();
            return unread;
        }
        auto* error = std::get_if<ServiceError>(&count);
        const bool is_unheard = error != nullptr && error->code.empty();
        if (is_unheard) {
            error->code = "no answer";
        }
        // A key of KMS that may not be used is of one snapshot, and says nothing of the others.
        const bool is_everywhere =
            error != nullptr && error->status == 403 && error->reason != "DEPENDENCY_ACCESS_DENIED";
        if (is_everywhere || is_unheard) {
            const std::lock_guard lock(mutex_);
            refused_.emplace(key, *error);
        }
        return count;
    }

    exec::AwsSession& session_;
    const KnownBlocks& known_;
    std::stop_token stop_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, ServiceError> refused_;
};

}  // namespace

const char* to_string(Certainty certainty) {
    switch (certainty) {
        case Certainty::exact:
            return "exact";
        case Certainty::estimate:
            return "estimate";
        case Certainty::at_most:
            return "at most";
    }
    return "";
}

BlockCounts count_stored_blocks(
    exec::AwsSession& session,
    const Inventory& inventory,
    const std::vector<Place>& snapshots,
    const KnownBlocks& known,
    std::stop_token stop
) {
    std::map<Place, const Snapshot*> by_place;
    for (const RegionHoldings& holdings : inventory.regions) {
        for (const Snapshot& snapshot : holdings.snapshots) {
            by_place[{holdings.region, snapshot.id}] = &snapshot;
        }
    }
    const Predecessors before = predecessors_of(inventory);
    BlockCounter counter(session, known, std::move(stop));
    BlockCounts counts;
    std::mutex mutex;
    in_parallel(snapshots.size(), [&](std::size_t i) {
        const Place& place = snapshots[i];
        StoredBlocks stored = counter.count(place.region, *by_place.at(place), before.at(place));
        const std::lock_guard lock(mutex);
        counts.stored[place] = std::move(stored);
    });
    counts.problems = counter.problems();
    return counts;
}

}  // namespace kiln::image
